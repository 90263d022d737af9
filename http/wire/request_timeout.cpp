#include "http/wire/request_timeout.hpp"

#include <algorithm>
#include <cstdint>
#include <optional>
#include <string_view>

namespace rollcall::http {

namespace {

constexpr std::size_t max_digits = 9;

// The number, if the text is 1 to `max_digits` digits and nothing else.
std::optional<std::int64_t> digits(std::string_view text) {
  if (text.empty() || text.size() > max_digits) return std::nullopt;
  std::int64_t number = 0;
  for (char c : text) {
    if (c < '0' || c > '9') return std::nullopt;
    number = number * 10 + (c - '0');
  }
  return number;
}

std::optional<std::chrono::nanoseconds> seconds(std::string_view text) {
  auto point = text.find('.');
  auto whole = digits(text.substr(0, point));
  if (!whole) return std::nullopt;
  std::int64_t nanoseconds = *whole * 1'000'000'000;
  if (point != std::string_view::npos) {
    auto fraction = text.substr(point + 1);
    auto number = digits(fraction);
    if (!number) return std::nullopt;
    for (auto i = fraction.size(); i < max_digits; ++i) *number *= 10;
    nanoseconds += *number;
  }
  if (nanoseconds == 0) return std::nullopt;
  return std::chrono::nanoseconds{nanoseconds};
}

}  // namespace

tl::expected<std::chrono::milliseconds, Problem> parse_request_timeout(
    const Request& request, std::chrono::milliseconds limit) {
  auto field = request.field("Request-Timeout");
  if (!field) return limit;
  auto wanted = seconds(trimmed(*field));
  if (!wanted) {
    return tl::unexpected(
        Problem{ProblemType::invalid_parameter, "Request-Timeout: seconds above 0 are allowed"});
  }
  return std::min(limit, std::chrono::ceil<std::chrono::milliseconds>(*wanted));
}

}  // namespace rollcall::http
