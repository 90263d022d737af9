// What every request must satisfy before anybody looks at its route.
#pragma once

#include <cstddef>
#include <optional>

#include "http/wire/problem.hpp"
#include "http/wire/request.hpp"

namespace rollcall::http {

/// Our limits. RESTinio's own lie above them (http/server/listener.cpp), so that a handler sees
/// what is over ours.
struct RequestLimits {
  std::size_t max_body_bytes = 65'536;
  std::size_t max_target_bytes = 8'192;
  std::size_t max_field_bytes = 8'192;  // name and value together
  std::size_t max_fields = 100;
};

/// Why the request is refused and its connection closed: 400 where it breaks RFC 9112 in a way
/// that the parser lets pass, 413, 414 and 431 where it is over a limit.
std::optional<Problem> refuse_message(const Request& request, const RequestLimits& limits);

}  // namespace rollcall::http
