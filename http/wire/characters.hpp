// The character classes of HTTP and of URIs.
#pragma once

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <string_view>

namespace rollcall::http {

/// A set of characters of which each text may consist. Values are bits of one table.
enum class CharacterClass : std::uint8_t {
  token = 1,        // RFC 9110 5.6.2: of methods and field names
  field_value = 2,  // RFC 9110 5.5: visible ASCII, space, tab, and bytes above 0x7f
  target = 4,       // RFC 3986 3.3, 3.4: of path and query, with the percent sign
  reg_name = 8,     // RFC 3986 3.2.2: of a host name, without the percent sign
  digit = 16,
  hexadecimal = 32,
};

namespace detail {

constexpr std::array<std::uint8_t, 256> make_character_table() {
  constexpr std::string_view alphanumeric =
      "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";
  std::array<std::uint8_t, 256> table{};
  const auto add = [&table](std::string_view characters, CharacterClass to) {
    for (const char c : characters) {
      table[static_cast<unsigned char>(c)] |= static_cast<std::uint8_t>(to);
    }
  };
  add(alphanumeric, CharacterClass::token);
  add("!#$%&'*+-.^_`|~", CharacterClass::token);
  constexpr std::string_view sub_delims = "!$&'()*+,;=";
  constexpr std::string_view unreserved_marks = "-._~";
  for (const auto each : {CharacterClass::target, CharacterClass::reg_name}) {
    add(alphanumeric, each);
    add(sub_delims, each);
    add(unreserved_marks, each);
  }
  add("%:@/?", CharacterClass::target);
  add("0123456789", CharacterClass::digit);
  add("0123456789ABCDEFabcdef", CharacterClass::hexadecimal);
  for (std::size_t byte = 0; byte < table.size(); ++byte) {
    const bool control = byte < 0x20 || byte == 0x7f;
    if (!control || byte == '\t') {
      table[byte] |= static_cast<std::uint8_t>(CharacterClass::field_value);
    }
  }
  return table;
}

inline constexpr auto character_table = make_character_table();

}  // namespace detail

constexpr bool is_in(char c, CharacterClass characters) {
  return (detail::character_table[static_cast<unsigned char>(c)] &
          static_cast<std::uint8_t>(characters)) != 0;
}

/// How many characters at the beginning of the text belong to the class.
constexpr std::size_t span_of(std::string_view text, CharacterClass characters) {
  std::size_t size = 0;
  while (size < text.size() && is_in(text[size], characters)) ++size;
  return size;
}

/// Whether the text is one or more characters of the class.
constexpr bool consists_of(std::string_view text, CharacterClass characters) {
  return !text.empty() && span_of(text, characters) == text.size();
}

}  // namespace rollcall::http
