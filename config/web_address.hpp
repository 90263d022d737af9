// What may stand in http.public_url.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace rollcall::config {

/// What is wrong with the text as the URL by which clients reach the service; nothing if it is
/// good. Good are absolute http and https URLs with a host, and perhaps a port and a path (RFC 3986
/// 3); and `/`, which stands for none. The error shows the text, unless it may have a password.
std::optional<std::string> public_url_error(const std::string& url);

/// The same URL without slashes at its end; empty for `/`. The URL must be good.
std::string_view link_base(std::string_view url);

}  // namespace rollcall::config
