// Percent-encoding (RFC 3986 2.1).
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace rollcall::http {

enum class Plus { literal, space };  // space: as HTML forms write it in a query

/// The text without its percent-encoding; nothing if a % is not followed by two hexadecimal digits.
std::optional<std::string> percent_decoded(std::string_view text, Plus plus = Plus::literal);

/// The text with everything encoded but unreserved characters (RFC 3986 2.3).
std::string percent_encoded(std::string_view text);

}  // namespace rollcall::http
