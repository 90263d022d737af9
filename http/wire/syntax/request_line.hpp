// The request line (RFC 9112 3).
#pragma once

#include <cstddef>
#include <optional>
#include <string_view>

#include "http/wire/problem.hpp"
#include "http/wire/request.hpp"
#include "http/wire/request_limits.hpp"

namespace rollcall::http {

/// Views into the line.
struct RequestLine {
  Method method = Method::get;
  std::string_view target{};
  std::string_view authority{};  // of a target in absolute form
  bool http_1_0 = false;         // else HTTP/1.1, also for a higher minor version (RFC 9110 2.5)
};

/// Parses a line, given without its CRLF. Returns what is wrong: 400, 414, 501 or 505. Then
/// `parsed` has a target only if its characters are valid, and other parts only if they are.
std::optional<Problem> parse_request_line(std::string_view line, const RequestLimits& limits,
                                          RequestLine& parsed);

/// A longer line can't be valid: its target is over the limit, or its method is none.
std::size_t longest_request_line(const RequestLimits& limits);

/// The problem of a target that is over the limit.
Problem long_target(const RequestLimits& limits);

}  // namespace rollcall::http
