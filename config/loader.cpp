#include "config/loader.hpp"

#include <algorithm>
#include <array>
#include <fstream>
#include <map>
#include <set>
#include <string_view>

#include <toml++/toml.h>

#include "config/database_url.hpp"
#include "config/keys.hpp"
#include "config/unknown_key.hpp"
#include "posix/address.hpp"
#include "posix/error.hpp"

namespace rollcall::config {
namespace {

/// The state of one load: the settings so far, the origin of each value, and all errors.
class Loading {
 public:
  void read_file(const std::string& path);
  void read_environment(const Sources& sources);
  void read_flag(const std::string& flag);
  void check_timeouts();
  void check_reconnecting();
  void check_head();
  void check_ports();
  void check_heartbeat();
  void check_replicas();
  void check_postgres(const Sources& sources);

  Settings settings{};
  std::vector<std::string> errors{};

 private:
  void read_table(const toml::table& table, const std::string& section);
  void read_entry(const std::string& origin, const std::string& name, const toml::node& node);
  void settle(const Key& key, const std::string& origin, const std::optional<std::string>& error);
  void report(const std::string& origin, std::string_view key, const std::string& what);
  /// Reports an error that concerns two keys, at the first of them that was set. Does nothing where
  /// a value of either was invalid.
  void report_pair(std::string_view first, std::string_view second, const std::string& what);

  std::map<std::string_view, std::string> origins_{};  // where values came from; none: default
  std::set<std::string_view> invalid_{};
};

std::string at_line(const toml::source_region& region) {
  return (region.path ? *region.path : std::string{}) + ":" + std::to_string(region.begin.line);
}

bool is_section(std::string_view name) {
  for (const Key& key : keys()) {
    if (key.section() == name) return true;
  }
  return false;
}

std::string_view type_name(const toml::node& node) {
  if (node.is_string()) return "a text";
  if (node.is_integer()) return "a number";
  if (node.is_floating_point()) return "a number with a fraction";
  if (node.is_boolean()) return "true or false";
  if (node.is_array()) return "a list";
  if (node.is_table()) return "a section";
  return "a date or time";
}

/// The texts of a list that holds nothing else.
std::optional<std::vector<std::string>> texts_of(const toml::node& node) {
  const toml::array* const list = node.as_array();
  if (!list) return std::nullopt;
  std::vector<std::string> texts;
  for (const toml::node& element : *list) {
    const auto* text = element.as_string();
    if (!text) return std::nullopt;
    texts.push_back(text->get());
  }
  return texts;
}

/// A value of white space is a variable that was not filled in, not a wish for the default.
std::optional<std::string> emptiness(const Key& key, const std::string& value) {
  if (value.find_first_not_of(" \t\r\n") != std::string::npos) return std::nullopt;
  if (std::holds_alternative<ListRule>(key.rule)) return std::nullopt;  // an empty list
  return "is set but empty; allowed: " + allowed(key);
}

void Loading::report(const std::string& origin, std::string_view key, const std::string& what) {
  errors.push_back(origin + ": " + std::string{key} + ": " + what);
}

void Loading::report_pair(std::string_view first, std::string_view second,
                          const std::string& what) {
  if (invalid_.contains(first) || invalid_.contains(second)) return;
  const std::string_view at = origins_.contains(first) ? first : second;
  const auto origin = origins_.find(at);
  report(origin == origins_.end() ? "default" : origin->second, at, what);
}

void Loading::settle(const Key& key, const std::string& origin,
                     const std::optional<std::string>& error) {
  if (error) {
    report(origin, key.name, *error);
    invalid_.insert(key.name);
  } else {
    origins_[key.name] = origin;
  }
}

void Loading::read_file(const std::string& path) {
  std::ifstream file{path, std::ios::binary};
  std::string text;
  std::array<char, 4096> chunk;
  while (file.read(chunk.data(), chunk.size()) || file.gcount() > 0) {
    text.append(chunk.data(), static_cast<std::size_t>(file.gcount()));
  }
  if (!file.eof()) {  // not opened, or, as a folder, opened and not read
    errors.push_back(path + ": cannot be read: " + posix::last_error());
    return;
  }
  try {
    read_table(toml::parse(text, path), "");
  } catch (const toml::parse_error& error) {  // how the library says that it is no TOML
    errors.push_back(at_line(error.source()) + ": " + std::string{error.description()});
  }
}

void Loading::read_table(const toml::table& table, const std::string& section) {
  std::vector<std::pair<const toml::key*, const toml::node*>> entries;
  for (const auto& [key, node] : table) entries.emplace_back(&key, &node);
  // The library sorts by name; errors are reported in the order of the file.
  std::sort(entries.begin(), entries.end(), [](const auto& a, const auto& b) {
    return a.first->source().begin.line < b.first->source().begin.line;
  });
  for (const auto& [key, node] : entries) {
    const std::string name = (section.empty() ? "" : section + ".") + std::string{key->str()};
    const std::string origin = at_line(key->source());
    const bool quoted_dot = key->str().find('.') != std::string_view::npos;
    if (quoted_dot) {
      report(origin, '"' + name + '"', unknown_key(section));
    } else if (section.empty() && is_section(name) && node->is_table()) {
      read_table(*node->as_table(), name);
    } else {
      read_entry(origin, name, *node);
    }
  }
}

void Loading::read_entry(const std::string& origin, const std::string& name,
                         const toml::node& node) {
  const auto wrong_type = [&](const std::string& what) {
    return "is " + std::string{type_name(node)} + "; allowed: " + what;
  };
  if (is_section(name)) return report(origin, name, wrong_type("a section"));
  const Key* key = find_key(name);
  if (!key) return report(origin, name, unknown_key(name));
  if (const auto* number = node.as_integer()) {
    settle(*key, origin, assign(*key, number->get(), settings));
  } else if (const auto* text = node.as_string()) {
    auto error = emptiness(*key, text->get());
    settle(*key, origin, error ? error : assign(*key, text->get(), settings));
  } else if (const auto texts = texts_of(node)) {
    settle(*key, origin, assign(*key, *texts, settings));
  } else {
    settle(*key, origin, wrong_type(allowed(*key)));
  }
}

/// Whether a flag gives the key a value.
bool is_set(std::string_view key, const std::vector<std::string>& flags) {
  return std::any_of(flags.begin(), flags.end(), [&](std::string_view flag) {
    return flag.substr(0, flag.find('=')) == key && flag.size() > key.size();
  });
}

void Loading::read_environment(const Sources& sources) {
  constexpr std::pair<const char*, std::string_view> variables[] = {
      {"DATABASE_URL", "database.url"}, {"PORT", "http.port"}};
  if (!sources.env) return;
  for (const auto& [variable, name] : variables) {
    const auto value = sources.env(variable);
    if (!value || is_set(name, sources.sets)) continue;
    const Key& key = *find_key(name);
    auto error = emptiness(key, *value);
    settle(key, variable, error ? error : assign_text(key, *value, settings));
  }
}

void Loading::read_flag(const std::string& flag) {
  const auto equals = flag.find('=');
  if (equals == std::string::npos) {
    return report("--set", without_password(flag), "has no value; allowed: key=value");
  }
  const std::string name = flag.substr(0, equals);
  const Key* key = find_key(name);
  // Of a URL alone the name is a part, of which it is not known what is the password.
  const bool is_url = name.find(':') != std::string::npos;
  if (!key) return report("--set", without_password(is_url ? flag : name), unknown_key(name));
  const std::string value = flag.substr(equals + 1);
  auto error = emptiness(*key, value);
  settle(*key, "--set", error ? error : assign_text(*key, value, settings));
}

void Loading::check_timeouts() {
  const auto statement = settings.database.statement_timeout;
  const auto request = settings.http.request_timeout;
  if (statement < request) return;
  report_pair("database.statement_timeout_ms", "http.request_timeout_ms",
              "a statement's timeout (" + std::to_string(statement.count()) +
                  " ms) must be less than a request's, http.request_timeout_ms (" +
                  std::to_string(request.count()) + " ms)");
}

void Loading::check_reconnecting() {
  const auto& database = settings.database;
  if (database.reconnect_min <= database.reconnect_max) return;
  report_pair("database.reconnect_min_ms", "database.reconnect_max_ms",
              "the first delay (" + std::to_string(database.reconnect_min.count()) +
                  " ms) must not be more than the longest, database.reconnect_max_ms (" +
                  std::to_string(database.reconnect_max.count()) + " ms)");
}

void Loading::check_head() {
  const Http& http = settings.http;
  const auto check = [&](std::string_view key, std::size_t bytes) {
    if (bytes < http.max_head_bytes) return;
    report_pair(key, "http.max_head_bytes",
                "must be less than http.max_head_bytes (" + std::to_string(http.max_head_bytes) +
                    "), which bounds the whole head");
  };
  check("http.max_target_bytes", http.max_target_bytes);
  check("http.max_field_bytes", http.max_field_bytes);
}

void Loading::check_ports() {
  const Http& http = settings.http;
  const Admin& admin = settings.admin;
  const bool one_address = posix::parse_address(http.host) == posix::parse_address(admin.host);
  if (http.port != admin.port || http.port == 0 || !one_address) return;
  report_pair("admin.port", "http.port",
              "http.port and admin.port are both " + std::to_string(http.port) +
                  " on one address; they must differ");
}

void Loading::check_heartbeat() {
  const Invalidation& invalidation = settings.invalidation;
  if (invalidation.heartbeat < invalidation.timeout) return;
  report_pair(
      "invalidation.heartbeat_ms", "invalidation.timeout_ms",
      "the time between heartbeats (" + std::to_string(invalidation.heartbeat.count()) +
          " ms) must be less than that after which they are missed, invalidation.timeout_ms (" +
          std::to_string(invalidation.timeout.count()) + " ms)");
}

void Loading::check_replicas() {
  if (settings.database.read_urls.empty()) return;
  const auto url = parse_database_url(settings.database.url);
  if (url && std::holds_alternative<PostgresUrl>(*url)) return;
  report_pair("database.read_urls", "database.url",
              "must be empty where database.url is SQLite, which has no replicas");
}

void Loading::check_postgres(const Sources& sources) {
  if (!sources.postgres_error) return;
  const auto check = [&](const std::string& url, std::string_view key, const std::string& before) {
    const auto parsed = parse_database_url(url);
    if (!parsed || !std::holds_alternative<PostgresUrl>(*parsed)) return;
    const auto error = sources.postgres_error(url);
    if (error) report_pair(key, key, before + error_without_password(url, *error));
  };
  check(settings.database.url, "database.url", "");
  const auto& replicas = settings.database.read_urls;
  for (std::size_t i = 0; i < replicas.size(); ++i) {
    check(replicas[i], "database.read_urls", "number " + std::to_string(i + 1) + ": ");
  }
}

}  // namespace

tl::expected<Settings, std::vector<std::string>> load(const Sources& sources) {
  Loading loading;
  if (sources.file) loading.read_file(*sources.file);
  loading.read_environment(sources);
  for (const std::string& flag : sources.sets) loading.read_flag(flag);
  loading.check_timeouts();
  loading.check_reconnecting();
  loading.check_head();
  loading.check_ports();
  loading.check_heartbeat();
  loading.check_replicas();
  loading.check_postgres(sources);
  if (!loading.errors.empty()) return tl::unexpected{std::move(loading.errors)};
  return loading.settings;
}

}  // namespace rollcall::config
