// What the rules of names, addresses and ids ask of Unicode text.
#pragma once

#include <string>
#include <string_view>

#include <utf8.h>

namespace rollcall {

/// Whether all of it is printable ASCII, as nearly every name and address is: such text needs no
/// decoding.
bool is_printable_ascii(std::string_view text);
/// Unicode category Cc.
bool is_control(char32_t c);
/// Unicode property White_Space (PropList.txt of Unicode 15; stable by policy).
bool is_white_space(char32_t c);
/// Unicode property Default_Ignorable_Code_Point: it is not displayed, as U+200B.
bool is_default_ignorable(char32_t c);
/// The text without the white space at its ends; `text` is valid UTF-8.
std::string_view without_outer_space(std::string_view text);
/// How many code points `text` has, which is valid UTF-8.
std::size_t code_points_in(std::string_view text);
/// The text with a-z for A-Z.
std::string in_ascii_lower_case(std::string text);

/// Whether any code point of `text`, which is valid UTF-8, satisfies `unwanted`.
template <class Predicate>
bool has_any(std::string_view text, Predicate unwanted) {
  const char* const last = text.data() + text.size();
  for (const char* at = text.data(); at != last;) {
    if (unwanted(static_cast<char32_t>(utf8::unchecked::next(at)))) return true;
  }
  return false;
}

}  // namespace rollcall
