// The one table of settings: what each key is called, where its value lives and what it may be.
// The file, `--set`, the environment, the checks and `check-config` all read this table.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "config/database_url.hpp"
#include "config/settings.hpp"

namespace rollcall::config {

/// A value as it was given, before any check.
using Value = std::variant<std::int64_t, std::string, std::vector<std::string>>;

/// A whole number within a range, compared in 64 bits before it is narrowed.
struct NumberRule {
  std::int64_t low;
  std::int64_t high;
  std::string_view unit;  // empty for a plain count
  std::int64_t (*get)(const Settings&);
  void (*set)(Settings&, std::int64_t);
};

/// A text. `error` says what is wrong with a value; nothing where it is valid. `shown`: the value
/// as it may be shown.
struct TextRule {
  std::string_view allowed;
  std::optional<std::string> (*error)(const std::string&);
  const std::string& (*get)(const Settings&);
  void (*set)(Settings&, std::string);
  std::string (*shown)(const std::string&) = without_password;
};

/// A list of texts. `error` checks each element, as in TextRule.
struct ListRule {
  std::string_view allowed;
  std::optional<std::string> (*error)(const std::string&);
  const std::vector<std::string>& (*get)(const Settings&);
  void (*set)(Settings&, std::vector<std::string>);
  std::string (*shown)(const std::string&) = without_password;
};

struct Key {
  std::string_view name;  // section and key, for instance "http.port"
  std::variant<NumberRule, TextRule, ListRule> rule;

  std::string_view section() const { return name.substr(0, name.find('.')); }
  std::string_view short_name() const { return name.substr(name.find('.') + 1); }
};

/// Every key, in the order of the documented file; the keys of a section stand together.
std::span<const Key> keys();

/// Null where no key has this name.
const Key* find_key(std::string_view name);

/// What the key allows, for instance "10..60000 ms".
std::string allowed(const Key& key);

/// Sets the value, or says what is wrong with it and what is allowed and changes nothing.
std::optional<std::string> assign(const Key& key, const Value& value, Settings& settings);

/// Like assign(), for plain text (a flag or the environment): parses it by the key's type. The
/// elements of a list are separated by white space.
std::optional<std::string> assign_text(const Key& key, const std::string& text, Settings& settings);

/// Whether both have the same value for the key.
bool same_value(const Key& key, const Settings& left, const Settings& right);

/// The settings as a file that load() reads back to the same settings, but for passwords in URLs:
/// they are never shown.
std::string to_toml(const Settings& settings);

}  // namespace rollcall::config
