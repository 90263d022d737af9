// Cache-Control of a request (RFC 9111 5.2.1).
#pragma once

#include "http/wire/request.hpp"

namespace rollcall::http {

/// Whether a field Cache-Control has the directive no-cache (RFC 9111 5.2.1.4). A field that is
/// malformed may mean it, and counts so: a fresh answer suits every request.
bool says_no_cache(const Request& request);

}  // namespace rollcall::http
