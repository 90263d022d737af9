// The target of a request. Paths are matched as text; of a path, only an id is percent-decoded.
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
  std::string_view tail;   // the {id} or {slug}, not decoded
  std::string_view query;  // what follows the first ?
};

/// Parses the origin form, the absolute form and `*` (RFC 9112 3.2). Scheme and host of the
/// absolute form are ignored.
Target parse_target(std::string_view target);

/// Path and query of the target, without scheme and host.
std::string_view origin_form(std::string_view target);

/// The path alone.
std::string_view path_of(std::string_view target);

/// The id in a path; nothing if it is invalid. Digits may be percent-encoded, which is the same
/// path (RFC 3986 6.2.2.2).
std::optional<UserId> parse_user_id(std::string_view tail);

/// The value of Allow for this resource.
std::string_view allowed_methods(Resource resource);
bool allows(Resource resource, Method method);

/// `limit`, 1 to 500, by default 50; and `after`, the cursor from `next`. Empty is the same as not
/// given. The error names all parameters that are unknown, given twice (also where one is empty) or
/// malformed.
tl::expected<PageQuery, Problem> parse_page_query(std::string_view query);

/// For routes without parameters: an error that names those that are given, or nothing.
std::optional<Problem> refuse_query(std::string_view query);

}  // namespace rollcall::http
