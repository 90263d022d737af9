#include "domain/unicode.hpp"

#include <unictype.h>

namespace rollcall {

// Checks every byte without an early exit, so that the compiler can vectorise the loop.
bool is_printable_ascii(std::string_view text) {
  bool all = true;
  for (const char c : text) all &= c >= 0x20 && c < 0x7F;
  return all;
}

bool is_control(char32_t c) { return c < 0x20 || (c >= 0x7F && c <= 0x9F); }

bool is_white_space(char32_t c) {
  return (c >= 0x09 && c <= 0x0D) || c == 0x20 || c == 0x85 || c == 0xA0 || c == 0x1680 ||
         (c >= 0x2000 && c <= 0x200A) || c == 0x2028 || c == 0x2029 || c == 0x202F || c == 0x205F ||
         c == 0x3000;
}

bool is_default_ignorable(char32_t c) { return uc_is_property_default_ignorable_code_point(c); }

std::string_view without_outer_space(std::string_view text) {
  const char* first = text.data();
  const char* last = first + text.size();
  while (first != last) {
    const char* next = first;
    if (!is_white_space(utf8::unchecked::next(next))) break;
    first = next;
  }
  while (first != last) {
    const char* previous = last;
    if (!is_white_space(utf8::unchecked::prior(previous))) break;
    last = previous;
  }
  return {first, static_cast<std::size_t>(last - first)};
}

std::size_t code_points_in(std::string_view text) {
  return static_cast<std::size_t>(utf8::unchecked::distance(text.begin(), text.end()));
}

std::string in_ascii_lower_case(std::string text) {
  for (char& c : text) {
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  }
  return text;
}

}  // namespace rollcall
