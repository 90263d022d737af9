// Cache-Control of a request (RFC 9111 5.2.1).
#pragma once

#include "http/wire/request.hpp"

namespace rollcall::http {

/// Whether a Cache-Control field has the directive no-cache (RFC 9111 5.2.1.4). A malformed field
/// counts as no-cache: it may mean it, and a fresh answer suits every request.
bool says_no_cache(const Request& request);

}  // namespace rollcall::http
