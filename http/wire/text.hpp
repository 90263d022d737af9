// Builds text from parts.
#pragma once

#include <charconv>
#include <concepts>
#include <initializer_list>
#include <string>
#include <string_view>

namespace rollcall::http {

/// The decimal digits of a number.
class Decimal {
 public:
  explicit Decimal(std::integral auto number)
      : end_(std::to_chars(digits_, digits_ + sizeof digits_, number).ptr) {}
  Decimal(const Decimal&) = delete;
  Decimal& operator=(const Decimal&) = delete;

  /// Valid as long as this.
  std::string_view view() const { return {digits_, end_}; }

 private:
  char digits_[20];  // as many as 64 bits have, a sign included
  const char* end_;
};

/// Appends all parts, with one allocation at most: for one call that makes a whole text. No part
/// may be a view into `out`.
inline void append(std::string& out, std::initializer_list<std::string_view> parts) {
  auto at = out.size();
  auto size = at;
  for (const auto part : parts) size += part.size();
  out.resize(size);
  for (const auto part : parts) at += part.copy(out.data() + at, part.size());
}

}  // namespace rollcall::http
