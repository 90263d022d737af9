#include "config/listeners.hpp"

#include <arpa/inet.h>
#include <netinet/in.h>

namespace rollcall::config {

bool is_address(const std::string& host) {
  in_addr four{};
  in6_addr six{};
  if (host.find('\0') != std::string::npos) return false;
  return inet_pton(AF_INET, host.c_str(), &four) == 1 ||
         inet_pton(AF_INET6, host.c_str(), &six) == 1;
}

bool is_loopback(const std::string& host) {
  in_addr four{};
  if (inet_pton(AF_INET, host.c_str(), &four) == 1) return (ntohl(four.s_addr) >> 24) == 127;
  in6_addr six{};
  return inet_pton(AF_INET6, host.c_str(), &six) == 1 && IN6_IS_ADDR_LOOPBACK(&six) != 0;
}

std::vector<std::string> binding_faults(const Settings& settings, bool insecure) {
  std::vector<std::string> faults;
  if (insecure) return faults;
  const auto check = [&](std::string_view key, const std::string& host) {
    if (is_loopback(host)) return;
    faults.push_back(std::string{key} + ": " + host +
                     " can be reached from other machines, and no authentication is configured; "
                     "use 127.0.0.1 or ::1, or accept it with --insecure");
  };
  check("http.host", settings.http.host);
  check("admin.host", settings.admin.host);
  return faults;
}

}  // namespace rollcall::config
