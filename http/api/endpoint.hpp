// What an endpoint declares of itself. Routing, the checks of a request's head, 405, OPTIONS and
// the OpenAPI document come out of these declarations.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include <tl/expected.hpp>

#include "http/api/pending_request.hpp"
#include "http/wire/links.hpp"
#include "http/wire/problem.hpp"
#include "http/wire/query.hpp"
#include "http/wire/request.hpp"
#include "http/wire/response.hpp"

namespace rollcall::http {

/// What the head of a request says, and what its answer needs. Views are valid as long as the
/// request.
struct Arguments {
  std::optional<UserId> id{};  // of a path with {id}
  std::string_view slug{};     // of a path with {slug}
  PageQuery page{};
  std::optional<ListQuery> list{};  // another one than the page
  ChangesQuery changes{};
  Precondition precondition{};
  std::optional<std::string_view> idempotency_key{};
  Links links{};
};

enum class ParameterUse { combined, alone };

/// A parameter of the query, a header field, or the segment in braces of a path. An empty one of a
/// query or field is the same as none: it is not read.
struct Parameter {
  std::string_view name;
  std::string_view description;
  std::string_view schema;  // a JSON Schema, as text
  /// Sets the argument, or says what is wrong with the value.
  ParameterFault (*read)(std::string_view value, Arguments& arguments);
  ParameterUse use = ParameterUse::combined;  // alone: no other one may stand beside it
};

enum class QueryUse {
  checked,  // only declared parameters are allowed
  ignored,  // links from elsewhere may append parameters, of a tracker for instance
};

/// What If-Match, If-None-Match, If-Modified-Since and If-Unmodified-Since are about. A list has a
/// tag and no date.
enum class ConditionsOn { nothing, user, list, all_users };

/// The body that a request must have.
struct RequestBody {
  std::string_view types;   // the list of media types, as Accept has it
  std::string_view schema;  // its name in the OpenAPI document
};

/// A successful answer.
struct Answer {
  int status;
  std::string_view description;
  std::vector<std::string_view> types{};   // none: no content
  std::string_view schema{};               // its name in the OpenAPI document; of types but text/*
  std::vector<std::string_view> fields{};  // that it may have, beside those of every response
};

/// An answer that needs no actor, or what the actors are to do.
using Outcome = std::variant<Response, Operation>;

/// One method of one path. A GET serves HEAD too.
struct Endpoint {
  Method method;
  std::string_view path;       // the last segment may be {id} or {slug}, which match any segment
  std::string_view operation;  // the operationId of the OpenAPI document
  std::string_view summary;
  /// The queue of its requests; nothing if it needs no actor.
  std::optional<RequestKind> kind{};
  const Parameter* segment = nullptr;  // that in braces
  QueryUse query = QueryUse::checked;
  std::vector<Parameter> parameters{};
  std::vector<Parameter> fields{};  // of the head; they are read after the query
  ConditionsOn conditions = ConditionsOn::nothing;
  std::optional<RequestBody> body{};
  bool repeatable = false;         // whether Idempotency-Key makes it so
  std::string_view preferences{};  // what Prefer may ask for (RFC 7240); empty: nothing
  std::vector<Answer> answers{};
  std::vector<ProblemType> problems{};  // beside those that the members above imply
  /// Called if the head is good. `request` is whole.
  tl::expected<Outcome, Problem> (*handle)(const Request& request, Arguments&& arguments) = nullptr;
};

}  // namespace rollcall::http
