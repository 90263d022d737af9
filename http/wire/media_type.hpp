// Content-Type and Accept (RFC 9110 8.3, 12.5.1).
#pragma once

#include <initializer_list>
#include <optional>
#include <string_view>

#include "http/wire/problem.hpp"
#include "http/wire/request.hpp"

namespace rollcall::http {

/// unsupported_media_type if the body's Content-Type is missing, is none of `types` or has another
/// charset than UTF-8, or if the body is in a content coding; else nothing.
std::optional<Problem> refuse_media_type(const Request& request,
                                         std::initializer_list<std::string_view> types);

/// Whether Accept prefers text/html to text/plain, as that of browsers does. False if it is missing
/// or malformed.
bool prefers_html(const Request& request);

}  // namespace rollcall::http
