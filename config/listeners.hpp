// Who can reach the listeners.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "config/settings.hpp"

namespace rollcall::config {

/// Whether the text is an IPv4 or IPv6 address, without port, brackets or scope.
bool is_address(const std::string& host);

/// Whether only this machine can reach a listener on this address: 127.0.0.0/8 or ::1.
bool is_loopback(const std::string& host);

/// Why the listeners must not be opened as they are: one sentence for each that other machines
/// could reach, as nobody is asked for a password. Empty where `insecure` accepts that.
std::vector<std::string> binding_faults(const Settings& settings, bool insecure);

}  // namespace rollcall::config
