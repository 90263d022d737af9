// The field Idempotency-Key, by which a client marks a request that it may repeat
// (draft-ietf-httpapi-idempotency-key-header, with keys that are not quoted).
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include <tl/expected.hpp>

#include "http/wire/problem.hpp"
#include "http/wire/request.hpp"

namespace rollcall::http {

/// The longest key, in bytes.
inline constexpr std::size_t max_idempotency_key = 255;

/// The key as it is: 1 to 255 visible ASCII characters; nothing if the request has none.
/// invalid_parameter if it is anything else, or there are several lines. Valid as long as the
/// request.
tl::expected<std::optional<std::string_view>, Problem> idempotency_key_of(const Request& request);

/// The SHA-256, 64 hex digits, of what decides the answer: method, target, media type, the
/// preference `return`, and body. It is stored: other versions of the program must compute the
/// same.
std::string fingerprint_of(const Request& request);

}  // namespace rollcall::http
