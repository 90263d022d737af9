// Dates in fields. The first line of the input chooses the present time, the rest is the value.
#include <chrono>
#include <cstdint>
#include <string>

#include "http/wire/http_date.hpp"
#include "tests/fuzz/support/input.hpp"
#include "tests/fuzz/support/property.hpp"

namespace rollcall::fuzz {
namespace {

using std::chrono::seconds;
using std::chrono::sys_seconds;

// Up to 8 bytes of the line as a time from 1970 to 2180.
sys_seconds time_of(std::string_view line) {
  std::uint64_t number = 0;
  for (const char c : line.substr(0, 8)) number = number << 8 | static_cast<unsigned char>(c);
  return sys_seconds{seconds{static_cast<std::int64_t>(number % 6'627'000'000)}};
}

// The other forms of a date in the preferred one.
std::string in_asctime(const std::string& text) {
  const auto day = text[5] == '0' ? " " + text.substr(6, 1) : text.substr(5, 2);
  return text.substr(0, 3) + ' ' + text.substr(8, 3) + ' ' + day + text.substr(16, 9) + ' ' +
         text.substr(12, 4);
}
std::string in_rfc850(const std::string& text) {
  constexpr std::string_view ends = "Sunday Monday Tuesday Wednesday Thursday Friday Saturday ";
  const auto at = ends.find(text.substr(0, 3));
  return std::string(ends.substr(at, ends.find(' ', at) - at)) + ", " + text.substr(5, 2) + '-' +
         text.substr(8, 3) + '-' + text.substr(14, 2) + text.substr(16);
}

}  // namespace

void check(std::string_view input) {
  auto text = input;
  const auto now = time_of(take_line(text));
  const auto date = http::parse_http_date(text, now);
  if (!date) return;
  require(text.size() >= 24 && text.size() <= 33, "a date has one of three forms", {text});
  const auto preferred = http::to_http_date(*date);
  require(preferred.size() == 29, "the preferred form has 29 bytes", {text, preferred});
  require(http::parse_http_date(preferred, now) == date, "a date that is written can be read",
          {text, preferred});
  const auto asctime = in_asctime(preferred);
  require(http::parse_http_date(asctime, now) == date, "the forms say the same", {text, asctime});
  const auto short_form = in_rfc850(preferred);
  const auto again = http::parse_http_date(short_form, now);
  const bool rfc850 = text.find('-') != std::string_view::npos;
  require(!rfc850 || again == date, "a year of two digits has one meaning", {text, short_form});
  const auto years = std::chrono::floor<std::chrono::days>(*date - now);
  require(!rfc850 || (years <= std::chrono::days{18'264} && years >= -std::chrono::days{18'264}),
          "a year of two digits is at most 50 years away", {text, preferred});
}

}  // namespace rollcall::fuzz
