// The field Request-Timeout. The first line of the input chooses the limit, the rest is the value.
#include <algorithm>
#include <array>
#include <chrono>
#include <optional>
#include <string>

#include "http/wire/request_timeout.hpp"
#include "tests/fuzz/support/input.hpp"
#include "tests/fuzz/support/json_check.hpp"
#include "tests/fuzz/support/property.hpp"

namespace rollcall::fuzz {
namespace {

using std::chrono::milliseconds;

// The value in whole milliseconds, rounded up; nothing where it is malformed or 0.
std::optional<milliseconds> expected(std::string text) {
  while (!text.empty() && (text.front() == ' ' || text.front() == '\t')) text.erase(0, 1);
  while (!text.empty() && (text.back() == ' ' || text.back() == '\t')) text.pop_back();
  const auto point = std::min(text.find('.'), text.size());
  auto fraction = point == text.size() ? "0" : text.substr(point + 1);
  const auto whole = text.substr(0, point);
  for (const auto& part : {whole, fraction}) {
    if (part.empty() || part.size() > 9) return std::nullopt;
    if (part.find_first_not_of("0123456789") != std::string::npos) return std::nullopt;
  }
  fraction.resize(9, '0');
  const auto billionths = std::stoll(whole + fraction);
  if (billionths == 0) return std::nullopt;
  return milliseconds((billionths + 999'999) / 1'000'000);
}

}  // namespace

void check(std::string_view input) {
  auto text = input;
  const auto choice = take_line(text);
  constexpr std::array limits{milliseconds(2'000), milliseconds(10), milliseconds(60'000),
                              milliseconds(1)};
  const auto limit = limits[choice.empty() ? 0 : static_cast<unsigned char>(choice[0]) & 3U];
  const std::array fields{http::Field{"request-timeout", text}};
  http::Request request;
  request.fields = fields;
  const auto time = http::parse_request_timeout(request, limit);
  const auto wanted = expected(std::string(text));
  require(time.has_value() == wanted.has_value(), "seconds above 0 are allowed", {text});
  if (!time) {
    require_document(time.error(), "/");
    return;
  }
  require(*time == std::min(*wanted, limit), "the time is the value, within the limit", {text});
}

}  // namespace rollcall::fuzz
