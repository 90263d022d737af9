// Points of time, and their text.
#pragma once

#include <array>
#include <chrono>
#include <optional>
#include <string>
#include <string_view>

namespace rollcall {

/// A point of wall-clock time, to the millisecond, UTC.
using Timestamp = std::chrono::sys_time<std::chrono::milliseconds>;

/// A time in RFC 3339 with milliseconds and Z: 2026-11-22T06:47:00.123Z. Years 0 to 9999 only.
class Rfc3339 {
 public:
  explicit Rfc3339(Timestamp at);
  /// Valid as long as this.
  std::string_view view() const { return {text_.data(), text_.size()}; }

 private:
  std::array<char, 24> text_;
};
/// The same as a string.
std::string to_rfc3339(Timestamp at);
/// Reads what to_rfc3339 writes, in exactly that form, years 1970 to 9999. Nothing where it is no
/// such time.
std::optional<Timestamp> from_rfc3339(std::string_view text);

}  // namespace rollcall
