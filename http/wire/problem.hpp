// Errors as clients see them: one table for the status, the problem document (RFC 9457) and the
// page that explains it.
#pragma once

#include <array>
#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "domain/error.hpp"
#include "http/wire/links.hpp"
#include "http/wire/response.hpp"

namespace rollcall::http {

/// The type of a problem document (RFC 9457 3.1.1). Each has one slug and one status; those of
/// ErrorCode have the same name here.
enum class ProblemType {
  bad_request,              // the message breaks RFC 9112
  invalid_id,               // the path's id is not a decimal number in 1..2^63-1
  invalid_parameter,        // an unknown or malformed query parameter or header value
  malformed_json,           // the body is no JSON object, has a key twice or is nested too deep
  forbidden,                // a page of another origin sent an unsafe request
  not_found,                // no such route
  user_not_found,           // no such user
  method_not_allowed,       // the route exists, with other methods
  request_timeout,          // the request did not arrive in time
  email_taken,              // another user has this e-mail, ignoring ASCII case
  username_taken,           // another user has this username, ignoring ASCII case
  external_id_taken,        // another user has this external id
  changes_expired,          // the log no longer has the changes behind the cursor
  precondition_failed,      // If-Match, If-None-Match or If-Unmodified-Since
  content_too_large,        // the body is over http.max_body_bytes
  uri_too_long,             // the target is over http.max_target_bytes
  unsupported_media_type,   // the body is of a type that this route does not read
  misdirected_request,      // the host is not one that is served here
  validation_failed,        // the body is JSON with wrong fields; Problem::fields names each
  idempotency_mismatch,     // the Idempotency-Key belongs to another request
  header_fields_too_large,  // a field or their number is over its limit
  internal,                 // a bug
  not_implemented,          // an unknown method, or another transfer coding than chunked
  overloaded,               // the limit of requests in flight, or of connections
  storage_unavailable,      // the database can't be used; the request was not applied
  user_locked,              // another holds the user, a unique value or a key; not applied
  shutting_down,            // the daemon is stopping
  outcome_unknown,          // a write that may or may not have been applied
  deadline_exceeded,        // not done in time, and not applied
  version_not_supported,    // not HTTP/1
};

/// One wrong field of a body, or one wrong parameter of a query.
struct InvalidField {
  std::string place;   // a JSON Pointer (RFC 6901) such as "/email"; or the parameter's name
  std::string detail;  // what is wrong and what is allowed, for the client

  bool operator==(const InvalidField&) const = default;
};

/// Why a request failed. `detail` is for the client, like that of an Error.
struct Problem {
  Problem(ProblemType its_type, std::string its_detail, std::vector<InvalidField> its_fields = {})
      : type(its_type), detail(std::move(its_detail)), fields(std::move(its_fields)) {}
  /// From the error that an actor replied.
  Problem(Error error);  // NOLINT(google-explicit-constructor): each Error is a problem

  ProblemType type;
  std::string detail;
  std::vector<InvalidField> fields;       // what is wrong; of invalid_parameter: parameters
  std::chrono::seconds retry_after{1};    // where repeating is safe and may help
  std::optional<std::int64_t> version{};  // the user's, if the problem is about it

  bool operator==(const Problem&) const = default;
};

struct ProblemKind {
  int status;
  std::string_view slug;   // the last segment of `type`, /problems/<slug>
  std::string_view title;  // the same for every occurrence
  std::string_view when;   // when it happens, and what to do about it
};

/// The only table of types: status, slug and texts.
ProblemKind describe(ProblemType type);

inline constexpr std::array every_problem_type{
    ProblemType::bad_request,
    ProblemType::invalid_id,
    ProblemType::invalid_parameter,
    ProblemType::malformed_json,
    ProblemType::forbidden,
    ProblemType::not_found,
    ProblemType::user_not_found,
    ProblemType::method_not_allowed,
    ProblemType::request_timeout,
    ProblemType::email_taken,
    ProblemType::username_taken,
    ProblemType::external_id_taken,
    ProblemType::changes_expired,
    ProblemType::precondition_failed,
    ProblemType::content_too_large,
    ProblemType::uri_too_long,
    ProblemType::unsupported_media_type,
    ProblemType::misdirected_request,
    ProblemType::validation_failed,
    ProblemType::idempotency_mismatch,
    ProblemType::header_fields_too_large,
    ProblemType::internal,
    ProblemType::not_implemented,
    ProblemType::overloaded,
    ProblemType::storage_unavailable,
    ProblemType::user_locked,
    ProblemType::shutting_down,
    ProblemType::outcome_unknown,
    ProblemType::deadline_exceeded,
    ProblemType::version_not_supported,
};
static_assert(every_problem_type.size() ==
              static_cast<std::size_t>(ProblemType::version_not_supported) + 1);

/// The type with this slug; nothing if there is none.
std::optional<ProblemType> type_of_slug(std::string_view slug);

/// The value of `type` in a problem document (RFC 9457 3.1.1): the address of the page that
/// explains the type.
std::string address_of(ProblemType type, Links links);

/// The problem document as a response: never stored by caches, with `Retry-After` if repeating is
/// safe and may help, and the `ETag` of the user's version if the problem has one. An empty
/// `instance` or `trace_id` is left out. `members`: the text of a JSON object with one or more
/// members, which are added to the document; empty: none.
Response problem_response(const Problem& problem, std::string_view instance,
                          std::string_view trace_id, Links links, std::string_view members = {});

}  // namespace rollcall::http
