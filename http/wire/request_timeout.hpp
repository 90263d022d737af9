// How long a client is willing to wait.
#pragma once

#include <chrono>

#include <tl/expected.hpp>

#include "http/wire/problem.hpp"
#include "http/wire/request.hpp"

namespace rollcall::http {

/// The time that the request may take: `limit`, or the value of the field `Request-Timeout` if that
/// is less. The field holds seconds above 0, decimal, with at most 9 digits before and after the
/// point ("2", "0.25"); anything else is an invalid_parameter. The result is at least 1 ms.
tl::expected<std::chrono::milliseconds, Problem> parse_request_timeout(
    const Request& request, std::chrono::milliseconds limit);

}  // namespace rollcall::http
