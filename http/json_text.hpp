// Text as a JSON string.
#pragma once

#include <string>
#include <string_view>

namespace rollcall::http {

/// Appends the text in quotes, escaped where it must be (RFC 8259 7). Bytes that are not UTF-8
/// become U+FFFD, so that the result always is.
void append_json_string(std::string& out, std::string_view text);

}  // namespace rollcall::http
