// The checks that every request must pass before it is routed.
#pragma once

#include <cstddef>
#include <optional>

#include "http/wire/problem.hpp"
#include "http/wire/request.hpp"

namespace rollcall::http {

/// Our limits. RESTinio's own are higher (http/server/connections.cpp), so that a request over ours
/// still reaches the handler.
struct RequestLimits {
  std::size_t max_body_bytes = 65'536;
  std::size_t max_target_bytes = 8'192;
  std::size_t max_field_bytes = 8'192;  // name and value together
  std::size_t max_fields = 100;
};

/// Why the request is refused and its connection closed: 400 if it breaks RFC 9112 in a way that
/// the parser lets pass, 413, 414 and 431 if it is over a limit. Nothing if it is good.
std::optional<Problem> refuse_message(const Request& request, const RequestLimits& limits);

}  // namespace rollcall::http
