// A JSON object, read strictly: the one reader of JSON for bodies of requests, lines of imports and
// values that are stored as JSON.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include <tl/expected.hpp>

namespace rollcall::json {

/// A member of the object.
struct Member {
  // other: an array, a fraction, or an integer outside -2^63..2^64-1
  enum class Kind { null, boolean, integer, string, object, other };
  std::string name;
  Kind kind;
  // Of a string: what it says. Of an object, an array or a number: its JSON, without white space,
  // with the keys in the order of the text and each number as it was written.
  std::string text{};
  std::int64_t integer = 0;  // of an integer; 2^63..2^64-1 wrap around to negative
  bool boolean = false;
};

inline constexpr std::size_t max_depth = 32;

/// The members in the order of the text. The error is the end of a sentence that begins with what
/// was read ("the body ..."): it is not JSON in valid UTF-8, not an object, has a key twice (on any
/// level), has a number that no double can hold, or is nested more than `depth` deep, itself
/// included. Does not recurse: the stack it needs does not depend on the text.
tl::expected<std::vector<Member>, std::string> parse_object(std::string_view text,
                                                            std::size_t depth = max_depth);

/// The object as JSON, without white space.
std::string text_of(const std::vector<Member>& members);

}  // namespace rollcall::json
