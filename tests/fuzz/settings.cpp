// Settings. The input is a TOML file; its lines `#set key=value`, which are comments there, are
// flags as well. Settings that load can be written as a file and as flags, and load again.
#include <utf8.h>
#include <algorithm>
#include <string>
#include <vector>

#include "config/database_url.hpp"
#include "config/keys.hpp"
#include "config/loader.hpp"
#include "tests/fuzz/support/input.hpp"
#include "tests/fuzz/support/memory_file.hpp"
#include "tests/fuzz/support/property.hpp"

namespace rollcall::fuzz {
namespace {

using config::Settings;
using Texts = std::vector<std::string>;

auto loaded(std::string_view text, Texts flags) {
  static const MemoryFile file;
  file.replace(text);
  return config::load({.file = file.path(), .sets = std::move(flags)});
}

Texts flags_of(std::string_view text) {
  constexpr std::string_view mark = "#set ";
  Texts flags;
  for (const auto line : lines_of(text)) {
    if (line.starts_with(mark)) flags.emplace_back(line.substr(mark.size()));
  }
  return flags;
}

// The settings as `rollcall check-config` shows them.
Settings shown(Settings settings) {
  auto& database = settings.database;
  database.url = config::without_password(database.url);
  for (auto& url : database.read_urls) url = config::without_password(url);
  return settings;
}

// The list as the value of a flag, which white space divides; nothing where it cannot be one.
std::optional<std::string> joined(const Texts& list) {
  std::string out;
  for (const auto& text : list) {
    if (text.empty() || text.find_first_of(" \t\r\n\v\f") != std::string::npos) return std::nullopt;
    (out += text) += '\t';
  }
  return out;
}

std::optional<std::string> flag_text(const config::Key& key, const Settings& settings) {
  if (const auto* rule = std::get_if<config::NumberRule>(&key.rule)) {
    return std::to_string(rule->get(settings));
  }
  if (const auto* rule = std::get_if<config::ListRule>(&key.rule)) {
    return joined(rule->get(settings));
  }
  return std::get<config::TextRule>(key.rule).get(settings);
}

void check_file(const Settings& settings) {
  const auto text = config::to_toml(settings);
  if (!utf8::is_valid(text.begin(), text.end())) return;  // a path from a flag may have any bytes
  const auto again = loaded(text, {});
  require(again.has_value(), "settings that are written load", {text});
  require(*again == shown(settings), "settings that are written load to the same", {text});
}

void check_flags(const Settings& settings) {
  Texts flags;
  for (const auto& key : config::keys()) {
    const auto text = flag_text(key, settings);
    if (!text) return;
    flags.push_back(std::string(key.name) + "=" + *text);
  }
  const auto again = config::load({.sets = flags});
  require(again && *again == settings, "flags can say what a file says",
          {joined(flags).value_or("")});
}

}  // namespace

void check(std::string_view input) {
  const auto settings = loaded(input, flags_of(input));
  if (settings) {
    check_file(*settings);
    check_flags(*settings);
    return;
  }
  require(!settings.error().empty(), "a failure has a reason", {input});
  for (const auto& error : settings.error()) {
    require(error.find(": ") != std::string::npos, "an error says where", {error});
  }
}

}  // namespace rollcall::fuzz
