// Parses and classifies texts that are IP addresses.
#pragma once

#include <array>
#include <optional>
#include <string>

namespace rollcall::posix {

/// The bytes of an IPv6 address; of an IPv4 address those of the IPv6 address that it is mapped to
/// (::ffff:192.0.2.1, RFC 4291 2.5.5.2). So == says whether two texts mean the same address.
using Address = std::array<unsigned char, 16>;

/// An IPv4 or IPv6 address, without port, brackets or scope; nothing if the text is none.
std::optional<Address> parse_address(const std::string& text);

/// Whether the text is such an address.
bool is_address(const std::string& text);

/// Whether it is one that only this machine can reach: 127.0.0.0/8 or ::1.
bool is_loopback(const std::string& text);
bool is_loopback(const Address& address);

/// Whether it stands for all addresses of this machine: 0.0.0.0 or ::.
bool is_unspecified(const std::string& text);

}  // namespace rollcall::posix
