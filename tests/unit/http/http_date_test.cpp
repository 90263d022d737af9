#include "http/wire/http_date.hpp"

#include <string>

#include "http/wire/date_text.hpp"
#include "tests/support/catch.hpp"

namespace rollcall::http {
namespace {

using std::chrono::seconds;
using std::chrono::sys_days;
using std::chrono::sys_seconds;

constexpr std::string_view rfc_example = "Sun, 06 Nov 1994 08:49:37 GMT";
constexpr sys_seconds rfc_time{seconds{784'111'777}};
constexpr sys_seconds in_2026{seconds{1'795'330'020}};  // 2026-11-22T06:47:00Z

std::string read_again(std::string_view text, sys_seconds now = in_2026) {
  const auto read = parse_http_date(text, now);
  return read ? to_http_date(*read) : "invalid";
}

sys_seconds midnight(int year, unsigned month, unsigned day) {
  return sys_days{std::chrono::year{year} / static_cast<int>(month) / static_cast<int>(day)};
}

TEST_CASE("a date is written in the preferred form of RFC 9110") {
  CHECK(to_http_date(rfc_time) == rfc_example);
  CHECK(to_http_date(midnight(2000, 2, 29)) == "Tue, 29 Feb 2000 00:00:00 GMT");
  CHECK(to_http_date(midnight(1970, 1, 1) - seconds{1}) == "Wed, 31 Dec 1969 23:59:59 GMT");
  CHECK(to_http_date(midnight(9999, 12, 31)) == "Fri, 31 Dec 9999 00:00:00 GMT");
  CHECK(to_http_date(midnight(0, 1, 1)) == "Sat, 01 Jan 0000 00:00:00 GMT");
}

TEST_CASE("the value of Date changes with the second") {
  DateText text;
  CHECK(text.at(rfc_time) == rfc_example);
  CHECK(text.at(rfc_time + std::chrono::milliseconds{999}) == rfc_example);
  CHECK(text.at(rfc_time + seconds{1}) == "Sun, 06 Nov 1994 08:49:38 GMT");
}

TEST_CASE("a date is read in each of its three forms") {
  CHECK(parse_http_date(rfc_example, in_2026) == rfc_time);
  CHECK(parse_http_date("Sunday, 06-Nov-94 08:49:37 GMT", in_2026) == rfc_time);
  CHECK(parse_http_date("Sun Nov  6 08:49:37 1994", in_2026) == rfc_time);
  CHECK(parse_http_date("Sun Nov 06 08:49:37 1994", in_2026) == rfc_time);
}

TEST_CASE("each day that is written can be read") {
  for (auto day = sys_days{} - std::chrono::days{400}; day < sys_days{} + std::chrono::days{40'000};
       day += std::chrono::days{1}) {
    const sys_seconds at = day + seconds{86'399};
    if (parse_http_date(to_http_date(at), in_2026) != at) FAIL(to_http_date(at));
  }
}

TEST_CASE("what has none of the three forms exactly is no date") {
  const std::string text = GENERATE(
      "", " ", "x", "0", "784111777", "1994-11-06T08:49:37Z", "Sun, 06 Nov 1994 08:49:37",
      "Sun, 06 Nov 1994 08:49:37 UTC", "Sun, 06 Nov 1994 08:49:37 gmt",
      "Sun, 06 Nov 1994 08:49:37 GMT ", " Sun, 06 Nov 1994 08:49:37 GMT",
      "Sun, 6 Nov 1994 08:49:37 GMT", "Sun,  6 Nov 1994 08:49:37 GMT",
      "sun, 06 Nov 1994 08:49:37 GMT", "Sun, 06 nov 1994 08:49:37 GMT",
      "Sun, 06 NOV 1994 08:49:37 GMT", "Sun 06 Nov 1994 08:49:37 GMT",
      "Sun, 06-Nov-1994 08:49:37 GMT", "Sun, 06 Nov 94 08:49:37 GMT",
      "Sun, 06 Nov 1994 8:49:37 GMT", "Sun, 06 Nov 1994 08:49 GMT", "Sun, 06 Nov 1994 08-49-37 GMT",
      "Sun, 06 Nov +994 08:49:37 GMT", "Sun, 06 Nov 1994 08:49:-7 GMT",
      "Sunday, 06 Nov 1994 08:49:37 GMT", "Sun, 06-Nov-94 08:49:37 GMT",
      "Sunday, 06-Nov-94 08:49:37", "Sunday, 6-Nov-94 08:49:37 GMT",
      "Sunday, 06-November-94 08:49:37 GMT", "Sun Nov 6 08:49:37 1994",
      "Sun Nov  6 08:49:37 1994 GMT", "Sun Nov  6 08:49:37 94", "Sunday Nov  6 08:49:37 1994",
      "Sun, 06 Nov 1994 08:49:37 GMT, Sun, 06 Nov 1994 08:49:37 GMT");
  INFO(text);
  CHECK_FALSE(parse_http_date(text, in_2026));
}

TEST_CASE("a date or a time that does not exist is no date") {
  const std::string text =
      GENERATE("Mon, 00 Nov 1994 08:49:37 GMT", "Thu, 31 Nov 1994 08:49:37 GMT",
               "Thu, 29 Feb 1900 08:49:37 GMT", "Fri, 30 Feb 2024 08:49:37 GMT",
               "Sun, 06 Nov 1994 24:00:00 GMT", "Sun, 06 Nov 1994 08:60:37 GMT",
               "Sun, 06 Nov 1994 08:49:60 GMT", "Sun, 06 Nov 1994 23:59:61 GMT",
               "Wednesday, 29-Feb-23 00:00:00 GMT", "Mon Nov  0 08:49:37 1994",
               "Thu Nov 31 08:49:37 1994", "Sun Foo  6 08:49:37 1994");
  INFO(text);
  CHECK_FALSE(parse_http_date(text, in_2026));
}

TEST_CASE("a date may have another day of the week than its own, but must have one") {
  CHECK(parse_http_date("Mon, 06 Nov 1994 08:49:37 GMT", in_2026) == rfc_time);
  CHECK(parse_http_date("Monday, 06-Nov-94 08:49:37 GMT", in_2026) == rfc_time);
  CHECK(parse_http_date("Mon Nov  6 08:49:37 1994", in_2026) == rfc_time);
  CHECK_FALSE(parse_http_date("Day, 06 Nov 1994 08:49:37 GMT", in_2026));
  CHECK_FALSE(parse_http_date("Someday, 06-Nov-94 08:49:37 GMT", in_2026));
  CHECK_FALSE(parse_http_date(", 06-Nov-94 08:49:37 GMT", in_2026));
  CHECK_FALSE(parse_http_date("Day Nov  6 08:49:37 1994", in_2026));
}

TEST_CASE("a leap second counts as the second before it") {
  CHECK(read_again("Sat, 31 Dec 2016 23:59:60 GMT") == "Sat, 31 Dec 2016 23:59:59 GMT");
}

TEST_CASE("a year of two digits is at most 50 years in the future") {
  CHECK(read_again("Sunday, 22-Nov-76 00:00:00 GMT") == "Sun, 22 Nov 2076 00:00:00 GMT");
  CHECK(read_again("Tuesday, 23-Nov-76 00:00:00 GMT") == "Tue, 23 Nov 1976 00:00:00 GMT");
  CHECK(read_again("Saturday, 01-Jan-77 00:00:00 GMT") == "Sat, 01 Jan 1977 00:00:00 GMT");
  CHECK(read_again("Sunday, 22-Nov-26 00:00:00 GMT") == "Sun, 22 Nov 2026 00:00:00 GMT");
  CHECK(read_again("Tuesday, 29-Feb-00 00:00:00 GMT") == "Tue, 29 Feb 2000 00:00:00 GMT");
  const auto in_1999 = midnight(1999, 12, 31);
  CHECK(read_again("Tuesday, 01-Jan-30 00:00:00 GMT", in_1999) == "Tue, 01 Jan 2030 00:00:00 GMT");
  const auto in_2099 = midnight(2099, 6, 1);
  CHECK(read_again("Wednesday, 01-Jan-10 00:00:00 GMT", in_2099) ==
        "Wed, 01 Jan 2110 00:00:00 GMT");
  const auto leap_day = midnight(2024, 2, 29);
  CHECK(read_again("Thursday, 01-Mar-74 00:00:00 GMT", leap_day) ==
        "Thu, 01 Mar 2074 00:00:00 GMT");
}

}  // namespace
}  // namespace rollcall::http
