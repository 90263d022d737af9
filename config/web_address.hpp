// What may stand in http.public_url and http.cors_origins.
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

/// What is wrong with the text as an origin; nothing if it is good. Good are `scheme://host` and
/// `scheme://host:port` of http and https as browsers send them, byte by byte (RFC 6454 6.2): in
/// lower case, without the default port; and `*` for every origin. The error is as that above.
std::optional<std::string> cors_origin_error(const std::string& origin);

}  // namespace rollcall::config
