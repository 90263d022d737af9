// The target of a request. Routes are matched as text; nothing is decoded but an id.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include <tl/expected.hpp>

#include "domain/page.hpp"
#include "domain/user.hpp"
#include "http/wire/problem.hpp"
#include "http/wire/request.hpp"

namespace rollcall::http {

enum class Resource {
  unknown,   // no such route
  server,    // *, the server as a whole (RFC 9112 3.2.4)
  root,      // /
  users,     // /users
  user,      // /users/{id}
  problems,  // /problems
  problem,   // /problems/{slug}
};

/// Views into the target's text.
struct Target {
  Resource resource = Resource::unknown;
  std::string_view path;   // without the query
  std::string_view tail;   // the {id} or {slug}, as it stands there
  std::string_view query;  // what follows the first ?
};

/// The origin and the absolute form of a target (RFC 9112 3.2); of the latter, scheme and host are
/// skipped.
Target parse_target(std::string_view target);

/// Path and query of the target, without scheme and host.
std::string_view origin_form(std::string_view target);

/// The id in a path. Digits may be percent-encoded, which is the same path (RFC 3986 6.2.2.2).
std::optional<UserId> parse_user_id(std::string_view tail);

/// The value of Allow for this resource.
std::string_view allowed_methods(Resource resource);
bool allows(Resource resource, Method method);

/// `limit` 1..500, 50 where it is not given, and `after`, a cursor as `next` gave it. The error
/// names the parameter that is unknown, given twice or malformed.
tl::expected<PageQuery, Problem> parse_page_query(std::string_view query);

/// For routes without parameters: the error that names the first one.
std::optional<Problem> refuse_query(std::string_view query);

}  // namespace rollcall::http
