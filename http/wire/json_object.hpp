// A JSON object of scalars, read strictly: what the bodies of this service are.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include <tl/expected.hpp>

#include "http/wire/problem.hpp"

namespace rollcall::http {

/// A member of the object. The value is kept only where it is a string; of anything else its kind
/// is all that is needed.
struct Member {
  enum class Kind { string, null, other };
  std::string name;
  Kind kind;
  std::string text{};
};

inline constexpr std::size_t max_json_depth = 32;

/// The members in the order of the text. malformed_json where it is not JSON in valid UTF-8, not an
/// object, has a key twice (on any level) or is nested more than `max_json_depth` deep. Does not
/// recurse: the stack it needs does not depend on the text.
tl::expected<std::vector<Member>, Problem> parse_object(std::string_view text);

/// The member's name as a JSON Pointer (RFC 6901).
std::string pointer_to(std::string_view name);

}  // namespace rollcall::http
