#include "config/listeners.hpp"

#include "posix/address.hpp"

namespace rollcall::config {

std::vector<std::string> binding_errors(const Settings& settings, bool insecure) {
  std::vector<std::string> errors;
  if (insecure) return errors;
  const auto check = [&](std::string_view key, const std::string& host) {
    if (posix::is_loopback(host)) return;
    errors.push_back(std::string{key} + ": " + host +
                     " can be reached from other machines, and no authentication is configured; "
                     "use 127.0.0.1 or ::1, or accept it with --insecure");
  };
  check("http.host", settings.http.host);
  check("admin.host", settings.admin.host);
  return errors;
}

}  // namespace rollcall::config
