// What may stand in http.allowed_hosts.
#pragma once

#include <string>
#include <string_view>

namespace rollcall::config {

/// What is wrong with the text as a host that requests may name; empty if nothing is. Good are
/// names in ASCII, IP addresses, IPv6 addresses in brackets too, and `*` for every host.
std::string_view allowed_host_fault(const std::string& text);

}  // namespace rollcall::config
