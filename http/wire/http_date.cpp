#include "http/wire/http_date.hpp"

#include <algorithm>
#include <array>
#include <cstdint>

#include "domain/ascii.hpp"

namespace rollcall::http {

namespace {

using std::chrono::sys_days;
using std::chrono::sys_seconds;
using std::chrono::year;
using std::chrono::year_month_day;

constexpr std::array<std::string_view, 7> days{"Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"};
constexpr std::array<std::string_view, 7> long_days{"Sunday",   "Monday", "Tuesday", "Wednesday",
                                                    "Thursday", "Friday", "Saturday"};
constexpr std::array<std::string_view, 12> months{"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                                  "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};

// A form: `0` stands for a digit, `_` for a digit or a space, `a` for any character, each other
// character for itself.
constexpr std::string_view preferred_form = "aaa, 00 aaa 0000 00:00:00 GMT";
constexpr std::string_view rfc850_form = ", 00-aaa-00 00:00:00 GMT";  // behind the day of the week
constexpr std::string_view asctime_form = "aaa aaa _0 00:00:00 0000";

bool has_form(std::string_view text, std::string_view form) {
  return std::equal(text.begin(), text.end(), form.begin(), form.end(), [](char c, char allowed) {
    if (allowed == '0') return is_digit(c);
    if (allowed == '_') return is_digit(c) || c == ' ';
    return allowed == 'a' || c == allowed;
  });
}

// The index of a name. One that is not in the list has an index behind the last.
template <std::size_t size>
unsigned index_of(std::string_view name, const std::array<std::string_view, size>& names) {
  return static_cast<unsigned>(std::find(names.begin(), names.end(), name) - names.begin());
}

template <std::size_t size>
bool is_in(std::string_view name, const std::array<std::string_view, size>& names) {
  return index_of(name, names) < size;
}

// The number of digits that a form has made sure of; a space is a leading zero.
int number(std::string_view digits) {
  int value = 0;
  for (const char c : digits) value = value * 10 + (c == ' ' ? 0 : c - '0');
  return value;
}

struct DateParts {
  bool weekday;  // whether the text has the name of one, be it that of the date or not
  year_month_day date;
  std::string_view time;  // 00:00:00
};

year_month_day date_of(year in, std::string_view month, std::string_view day) {
  return {in, std::chrono::month{index_of(month, months) + 1},
          std::chrono::day{static_cast<unsigned>(number(day))}};
}

// The date as a number of days, also where its month is shorter.
sys_days day_of(const year_month_day& date) {
  return sys_days{date.year() / date.month() / 1} + (date.day() - std::chrono::day{1});
}

// The latest year with these two digits in which the date is at most 50 years after now.
year_month_day in_full(const year_month_day& date, sys_seconds now) {
  const year_month_day today{std::chrono::floor<std::chrono::days>(now)};
  const auto latest = day_of({today.year() + std::chrono::years{50}, today.month(), today.day()});
  const int century = static_cast<int>(today.year()) / 100 * 100;
  const int two_digits = static_cast<int>(date.year());
  year_month_day full{year{century + 100 + two_digits}, date.month(), date.day()};
  while (date.month().ok() && day_of(full) > latest) {
    full = {full.year() - std::chrono::years{100}, date.month(), date.day()};
  }
  return full;
}

std::optional<DateParts> parts_of(std::string_view text, sys_seconds now) {
  if (has_form(text, preferred_form)) {
    return DateParts{
        is_in(text.substr(0, 3), days),
        date_of(year{number(text.substr(12, 4))}, text.substr(8, 3), text.substr(5, 2)),
        text.substr(17, 8)};
  }
  if (has_form(text, asctime_form)) {
    return DateParts{
        is_in(text.substr(0, 3), days),
        date_of(year{number(text.substr(20, 4))}, text.substr(4, 3), text.substr(8, 2)),
        text.substr(11, 8)};
  }
  const auto comma = std::min(text.find(','), text.size());
  const auto rest = text.substr(comma);
  if (!has_form(rest, rfc850_form)) return std::nullopt;
  const auto date = date_of(year{number(rest.substr(9, 2))}, rest.substr(5, 3), rest.substr(2, 2));
  return DateParts{is_in(text.substr(0, comma), long_days), in_full(date, now), rest.substr(12, 8)};
}

}  // namespace

// Digit by digit, since printf is slow and each lookup that is not cached renders a date.
std::string to_http_date(sys_seconds at) {
  std::string text(preferred_form);
  const auto put = [&text](std::size_t begin, std::size_t size, std::int64_t value) {
    for (auto i = begin + size; i > begin; value /= 10) {
      text[--i] = static_cast<char>('0' + value % 10);
    }
  };
  const auto day = std::chrono::floor<std::chrono::days>(at);
  const year_month_day date{day};
  const std::chrono::hh_mm_ss time{at - day};
  days[std::chrono::weekday{day}.c_encoding()].copy(&text[0], 3);
  put(5, 2, static_cast<unsigned>(date.day()));
  months[static_cast<unsigned>(date.month()) - 1].copy(&text[8], 3);
  put(12, 4, static_cast<int>(date.year()));
  put(17, 2, time.hours().count());
  put(20, 2, time.minutes().count());
  put(23, 2, time.seconds().count());
  return text;
}

std::optional<sys_seconds> parse_http_date(std::string_view text, sys_seconds now) {
  const auto parts = parts_of(text, now);
  if (!parts || !parts->weekday || !parts->date.ok()) return std::nullopt;
  const sys_days day{parts->date};
  const int hour = number(parts->time.substr(0, 2));
  const int minute = number(parts->time.substr(3, 2));
  const int second = number(parts->time.substr(6, 2));
  const bool leap = hour == 23 && minute == 59 && second == 60;
  if (hour > 23 || minute > 59 || (second > 59 && !leap)) return std::nullopt;
  return day + std::chrono::hours{hour} + std::chrono::minutes{minute} +
         std::chrono::seconds{std::min(second, 59)};
}

}  // namespace rollcall::http
