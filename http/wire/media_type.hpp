// Content-Type and Accept (RFC 9110 8.3, 12.5.1).
#pragma once

#include <optional>
#include <string_view>

#include "http/wire/problem.hpp"
#include "http/wire/request.hpp"

namespace rollcall::http {

/// unsupported_media_type if the body's Content-Type is missing, is none of `types`, a list, or has
/// a known charset that is not UTF-8; else nothing. Other parameters mean nothing in JSON (RFC 8259
/// 11), and are ignored.
std::optional<Problem> refuse_media_type(const Request& request, std::string_view types);

/// unsupported_media_type if the body is in a content coding (RFC 9110 8.4); else nothing.
std::optional<Problem> refuse_content_coding(const Request& request);

/// Whether Accept prefers text/html to another media type, as that of browsers does. False if it is
/// missing or malformed.
bool prefers_html(const Request& request, std::string_view other);

}  // namespace rollcall::http
