// One line of a header or trailer section (RFC 9112 5).
#pragma once

#include <span>
#include <string_view>

#include <tl/expected.hpp>

#include "http/wire/request.hpp"

namespace rollcall::http {

constexpr bool is_white(char c) { return c == ' ' || c == '\t'; }

/// Parses a line, given without its CRLF: a token, a colon, and a value without control characters.
/// The value comes without the white space around it. The error, a static text, says what is wrong.
tl::expected<Field, std::string_view> parse_field_line(std::string_view line);

/// Moves white space at the end of the line to where the field's value begins. Both places mean the
/// same (RFC 9110 5.5), but http-parser leaves it at the end of the value.
void move_white_space(std::span<char> line);

}  // namespace rollcall::http
