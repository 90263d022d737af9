#include "http/wire/prefer.hpp"

#include <cstddef>
#include <utility>

#include "http/wire/characters.hpp"

namespace rollcall::http {

namespace {

struct Preference {
  std::string_view name;
  std::string value{};
};

// Reads one line of the field, element after element.
class PreferReader {
 public:
  explicit PreferReader(std::string_view line) : rest_(line) {}

  bool at_end() const { return rest_.empty(); }

  // The next element, with what separates it from the one behind; nothing if it is malformed, or
  // empty (RFC 9110 5.6.1.2).
  std::optional<Preference> next() {
    auto preference = take_preference();
    skip_space();
    const bool whole = rest_.empty() || rest_.front() == ',';
    skip_element();
    if (!whole) return std::nullopt;
    return preference;
  }

 private:
  // preference = token [ BWS "=" BWS word ] *( OWS ";" [ OWS parameter ] )
  std::optional<Preference> take_preference() {
    auto preference = take_parameter();
    while (preference && take(';')) {
      skip_space();
      const bool empty = rest_.empty() || rest_.front() == ';' || rest_.front() == ',';
      if (!empty && !take_parameter()) return std::nullopt;
    }
    return preference;
  }

  std::optional<Preference> take_parameter() {
    skip_space();
    Preference parameter{take_token()};
    if (parameter.name.empty()) return std::nullopt;
    if (!take('=')) return parameter;
    skip_space();
    auto word = take_word();
    if (!word) return std::nullopt;
    parameter.value = std::move(*word);
    return parameter;
  }

  std::optional<std::string> take_word() {
    if (!rest_.starts_with('"')) {
      const auto token = take_token();
      return token.empty() ? std::nullopt : std::optional<std::string>(token);
    }
    std::string text;
    for (std::size_t i = 1; i < rest_.size(); ++i) {
      if (rest_[i] == '"') {
        rest_.remove_prefix(i + 1);
        return text;
      }
      if (rest_[i] == '\\' && i + 1 < rest_.size()) ++i;
      text.push_back(rest_[i]);
    }
    return std::nullopt;
  }

  std::string_view take_token() {
    const auto token = rest_.substr(0, span_of(rest_, CharacterClass::token));
    rest_.remove_prefix(token.size());
    return token;
  }

  // Whether the character comes, behind white space that may stand before it.
  bool take(char c) {
    skip_space();
    if (!rest_.starts_with(c)) return false;
    rest_.remove_prefix(1);
    return true;
  }

  void skip_space() { rest_ = trimmed(rest_); }

  // Up to and with the next comma that no quotes enclose.
  void skip_element() {
    bool quoted = false;
    while (!rest_.empty()) {
      const char c = rest_.front();
      rest_.remove_prefix(quoted && c == '\\' && rest_.size() > 1 ? 2 : 1);
      if (c == '"') quoted = !quoted;
      if (c == ',' && !quoted) return;
    }
  }

  std::string_view rest_;
};

}  // namespace

std::optional<std::string> preference_of(const Request& request, std::string_view name) {
  for (const auto& field : request.fields) {
    if (!equal_ignoring_case(field.name, "Prefer")) continue;
    for (PreferReader reader(field.value); !reader.at_end();) {
      auto preference = reader.next();
      if (preference && equal_ignoring_case(preference->name, name)) {
        return std::move(preference->value);
      }
    }
  }
  return std::nullopt;
}

Return preferred_return(const Request& request) {
  const auto value = preference_of(request, "return").value_or("");
  if (equal_ignoring_case(value, "minimal")) return Return::minimal;
  if (equal_ignoring_case(value, "representation")) return Return::representation;
  return Return::unstated;
}

}  // namespace rollcall::http
