// The value of the Date field.
#pragma once

#include <chrono>
#include <string>
#include <string_view>

#include "domain/time.hpp"

namespace rollcall::http {

/// The preferred form of RFC 9110 5.6.7, for instance "Sun, 06 Nov 1994 08:49:37 GMT".
std::string to_http_date(std::chrono::sys_seconds at);

/// Keeps the text of the current second, so that it is rendered once. For one thread.
class DateText {
 public:
  /// Valid until the next call.
  std::string_view at(Timestamp now);

 private:
  std::chrono::sys_seconds second_{std::chrono::seconds{-1}};
  std::string text_;
};

}  // namespace rollcall::http
