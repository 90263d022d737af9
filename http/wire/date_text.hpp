// The value of the Date field.
#pragma once

#include <chrono>
#include <string>
#include <string_view>

#include "domain/time.hpp"

namespace rollcall::http {

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
