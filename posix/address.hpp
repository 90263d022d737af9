// Classifies texts as IP addresses.
#pragma once

#include <string>

namespace rollcall::posix {

/// Whether the text is an IPv4 or IPv6 address, without port, brackets or scope.
bool is_address(const std::string& text);

/// Whether it is one that only this machine can reach: 127.0.0.0/8 or ::1.
bool is_loopback(const std::string& text);

/// Whether it stands for all addresses of this machine: 0.0.0.0 or ::.
bool is_unspecified(const std::string& text);

}  // namespace rollcall::posix
