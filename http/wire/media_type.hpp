// Content-Type and Accept (RFC 9110 8.3, 12.5.1).
#pragma once

#include <initializer_list>
#include <optional>
#include <string_view>

#include "http/wire/problem.hpp"
#include "http/wire/request.hpp"

namespace rollcall::http {

/// unsupported_media_type where the body's Content-Type is missing or none of `types`, says a
/// charset other than UTF-8, or where the body is in a content coding.
std::optional<Problem> refuse_media_type(const Request& request,
                                         std::initializer_list<std::string_view> types);

/// Whether the client would rather have text/html than text/plain, as browsers do. False where it
/// does not say.
bool prefers_html(const Request& request);

}  // namespace rollcall::http
