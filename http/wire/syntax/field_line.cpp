#include "http/wire/syntax/field_line.hpp"

#include <algorithm>

#include "http/wire/characters.hpp"

namespace rollcall::http {

tl::expected<Field, std::string_view> parse_field_line(std::string_view line) {
  const auto name = line.substr(0, span_of(line, CharacterClass::token));
  auto value = line.substr(name.size());
  if (name.empty() || !value.starts_with(':')) {
    const bool folded = !line.empty() && is_white(line.front());
    return tl::unexpected<std::string_view>(folded
                                                ? "a folded field line (RFC 9112 5.2)"
                                                : "a field line is a token, a colon and a value");
  }
  value.remove_prefix(1);
  if (span_of(value, CharacterClass::field_value) != value.size()) {
    return tl::unexpected<std::string_view>("a control character in the value of a field");
  }
  while (!value.empty() && is_white(value.front())) value.remove_prefix(1);
  while (!value.empty() && is_white(value.back())) value.remove_suffix(1);
  return Field{name, value};
}

void move_white_space(std::span<char> line) {
  if (line.empty() || !is_white(line.back())) return;
  const auto colon = std::find(line.begin(), line.end(), ':');
  if (colon == line.end()) return;
  auto end = line.end();
  while (end != colon + 1 && is_white(end[-1])) --end;
  std::rotate(colon + 1, end, line.end());
}

}  // namespace rollcall::http
