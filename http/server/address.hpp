// The address that a listener binds to.
#pragma once

#include <string>

#include <asio/ip/address.hpp>
#include <tl/expected.hpp>

namespace rollcall::http {

/// Parses an IPv4 or IPv6 address, or localhost, which is 127.0.0.1. Other names are an error that
/// names the host: resolving them would block, and may give several addresses.
tl::expected<asio::ip::address, std::string> parse_address(const std::string& host);

}  // namespace rollcall::http
