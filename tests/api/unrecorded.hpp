// Requests to a daemon with other settings than that of tests/contract, which is not shown their
// answers.
#pragma once

#include <string>

#include "tests/support/http/client.hpp"

namespace rollcall::tests {

/// Sends these bytes, whose method is given, over a connection of their own.
inline Response tell_bytes(std::uint16_t port, const std::string& bytes,
                           const std::string& method = "GET") {
  HttpClient client(port);
  client.send(bytes);
  return client.read(method);
}

inline Response tell(std::uint16_t port, const Request& request) {
  return tell_bytes(port, request.bytes(), request.method);
}

/// POST /users.
inline Request creation(const std::string& name) {
  return {.method = "POST",
          .target = "/users",
          .headers = {{"Content-Type", "application/json"}},
          .body = Json{{"name", name}}.dump()};
}

}  // namespace rollcall::tests
