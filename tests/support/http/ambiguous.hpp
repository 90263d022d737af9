// Requests that two programs may read in different ways.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace rollcall::tests {

/// Creates a user of the name "Hidden".
const std::string& hidden_request();

/// Each is malformed, or framed by lenient programs in another way than by RFC 9112. By RFC 9112
/// each is one request at most, and hidden_request(), which most contain, is never a request: it is
/// a body or its beginning, or stands behind what can't be read. What they create, if anything, are
/// users of the name "Abc".
const std::vector<std::string>& ambiguous_requests();

/// The beginning of the bytes, with escapes for all that can't be printed.
std::string shown(std::string_view bytes);

}  // namespace rollcall::tests
