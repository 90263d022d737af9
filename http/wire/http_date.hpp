// Dates in fields (RFC 9110 5.6.7).
#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <string_view>

namespace rollcall::http {

/// The preferred form, for instance "Sun, 06 Nov 1994 08:49:37 GMT". Years 0 to 9999 only.
std::string to_http_date(std::chrono::sys_seconds at);

/// Reads each of the three forms, and nothing else: letters have their case. The day of the week
/// may be another one than that of the date: a condition must not be ignored for it. Of two digits
/// the year is the latest one in which the day is at most 50 years after that of `now`. A leap
/// second counts as the second before it.
std::optional<std::chrono::sys_seconds> parse_http_date(std::string_view text,
                                                        std::chrono::sys_seconds now);

}  // namespace rollcall::http
