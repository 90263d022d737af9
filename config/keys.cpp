#include "config/keys.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <iterator>
#include <sstream>
#include <type_traits>

#include "config/allowed_host.hpp"
#include "config/database_url.hpp"
#include "config/web_address.hpp"
#include "posix/address.hpp"

namespace rollcall::config {
namespace {

using OptionalError = std::optional<std::string>;

/// Of a value that can't have a password.
std::string as_it_is(const std::string& text) { return text; }

/// A database's URL may have been given to another key.
std::string quoted(const std::string& text) { return '"' + without_password(text) + '"'; }

template <auto Section, auto Member>
constexpr Key number(std::string_view name, std::int64_t low, std::int64_t high,
                     std::string_view unit = "") {
  const auto get = [](const Settings& settings) -> std::int64_t {
    const auto& member = settings.*Section.*Member;
    if constexpr (requires { member.count(); }) {
      return static_cast<std::int64_t>(member.count());
    } else {
      return static_cast<std::int64_t>(member);
    }
  };
  const auto set = [](Settings& settings, std::int64_t value) {
    auto& member = settings.*Section.*Member;
    member = static_cast<std::remove_reference_t<decltype(member)>>(value);
  };
  return {name, NumberRule{low, high, unit, get, set}};
}

template <auto Section, auto Member>
constexpr Key text(std::string_view name, std::string_view allowed_text,
                   OptionalError (*error)(const std::string&),
                   std::string (*shown)(const std::string&) = without_password) {
  const auto get = [](const Settings& settings) -> const std::string& {
    return settings.*Section.*Member;
  };
  const auto set = [](Settings& settings, std::string value) {
    settings.*Section.*Member = std::move(value);
  };
  return {name, TextRule{allowed_text, error, get, set, shown}};
}

template <auto Section, auto Member>
constexpr Key list(std::string_view name, std::string_view allowed_text,
                   OptionalError (*error)(const std::string&),
                   std::string (*shown)(const std::string&) = without_password) {
  const auto get = [](const Settings& settings) -> const std::vector<std::string>& {
    return settings.*Section.*Member;
  };
  const auto set = [](Settings& settings, std::vector<std::string> value) {
    settings.*Section.*Member = std::move(value);
  };
  return {name, ListRule{allowed_text, error, get, set, shown}};
}

OptionalError host_error(const std::string& host) {
  if (posix::is_address(host)) return std::nullopt;
  return quoted(host) + (host.starts_with('[') ? " has brackets" : " is no address");
}

OptionalError allowed_host_error(const std::string& host) {
  const auto fault = allowed_host_fault(host);
  return fault.empty() ? std::nullopt : OptionalError{quoted(host) + ' ' + std::string{fault}};
}

OptionalError url_error(const std::string& url) {
  const auto parsed = parse_database_url(url);
  return parsed ? std::nullopt : OptionalError{parsed.error()};
}

OptionalError read_url_error(const std::string& url) {
  const auto parsed = parse_database_url(url);
  if (!parsed) return parsed.error();
  if (std::holds_alternative<PostgresUrl>(*parsed)) return std::nullopt;
  return "SQLite has no replicas";
}

OptionalError choice_error(const std::string& text,
                           std::initializer_list<std::string_view> choices) {
  if (std::find(choices.begin(), choices.end(), text) != choices.end()) return std::nullopt;
  return quoted(text) + " is none of the choices";
}

OptionalError level_error(const std::string& level) {
  return choice_error(level, {"trace", "debug", "info", "warn", "error"});
}

OptionalError format_error(const std::string& format) {
  return choice_error(format, {"text", "json"});
}

using S = Settings;

constexpr std::array all_keys{
    text<&S::http, &Http::host>("http.host", "an IPv4 or IPv6 address", host_error),
    number<&S::http, &Http::port>("http.port", 0, 65'535),
    list<&S::http, &Http::allowed_hosts>("http.allowed_hosts", "names and addresses, or *",
                                         allowed_host_error),
    list<&S::http, &Http::cors_origins>("http.cors_origins", "scheme://host[:port], or *",
                                        cors_origin_error, as_it_is),
    text<&S::http, &Http::public_url>("http.public_url", "an absolute http or https URL, or /",
                                      public_url_error, as_it_is),
    number<&S::http, &Http::loops>("http.loops", 0, 64),
    number<&S::http, &Http::request_timeout>("http.request_timeout_ms", 10, 60'000, "ms"),
    number<&S::http, &Http::head_timeout>("http.head_timeout_s", 1, 3'600, "s"),
    number<&S::http, &Http::idle_timeout>("http.idle_timeout_s", 1, 3'600, "s"),
    number<&S::http, &Http::write_timeout>("http.write_timeout_s", 1, 3'600, "s"),
    number<&S::http, &Http::max_in_flight_per_loop>("http.max_in_flight_per_loop", 1, 1'000'000),
    number<&S::http, &Http::max_connections>("http.max_connections", 1, 1'000'000),
    number<&S::http, &Http::max_buffered_mib>("http.max_buffered_mib", 1, 1'048'576, "MiB"),
    number<&S::http, &Http::max_subscribers>("http.max_subscribers", 0, 1'000'000),
    number<&S::http, &Http::max_subscriber_kib>("http.max_subscriber_kib", 1, 1'048'576, "KiB"),
    number<&S::http, &Http::max_pipelined>("http.max_pipelined", 2, 1'000),
    number<&S::http, &Http::max_body_bytes>("http.max_body_bytes", 1, 16'777'216, "bytes"),
    number<&S::http, &Http::max_target_bytes>("http.max_target_bytes", 16, 1'048'576, "bytes"),
    number<&S::http, &Http::max_field_bytes>("http.max_field_bytes", 16, 1'048'576, "bytes"),
    number<&S::http, &Http::max_fields>("http.max_fields", 1, 10'000),
    number<&S::http, &Http::max_head_bytes>("http.max_head_bytes", 64, 16'777'216, "bytes"),
    number<&S::http, &Http::lame_duck>("http.lame_duck_s", 0, 300, "s"),
    number<&S::http, &Http::drain>("http.drain_s", 0, 300, "s"),
    text<&S::admin, &Admin::host>("admin.host", "an IPv4 or IPv6 address", host_error),
    number<&S::admin, &Admin::port>("admin.port", 0, 65'535),
    text<&S::database, &Database::url>("database.url", "sqlite:<path> or postgres://<...>",
                                       url_error),
    list<&S::database, &Database::read_urls>("database.read_urls", "postgres://<...>, any number",
                                             read_url_error),
    number<&S::database, &Database::connections_per_loop>("database.connections_per_loop", 1, 16),
    number<&S::database, &Database::pipeline_depth>("database.pipeline_depth", 1, 1'000),
    number<&S::database, &Database::connect_timeout>("database.connect_timeout_ms", 1, 60'000,
                                                     "ms"),
    number<&S::database, &Database::statement_timeout>("database.statement_timeout_ms", 1, 59'999,
                                                       "ms"),
    number<&S::database, &Database::reconnect_min>("database.reconnect_min_ms", 1, 60'000, "ms"),
    number<&S::database, &Database::reconnect_max>("database.reconnect_max_ms", 1, 60'000, "ms"),
    number<&S::database, &Database::max_connection_age>("database.max_connection_age_s", 0, 86'400,
                                                        "s"),
    number<&S::lookup, &Lookup::cache_entries>("lookup.cache_entries", 0, 100'000'000),
    number<&S::lookup, &Lookup::batch_max>("lookup.batch_max", 1, 1'000),
    number<&S::lookup, &Lookup::batches_in_flight>("lookup.batches_in_flight", 1, 1'000),
    number<&S::lookup, &Lookup::stale_if_error>("lookup.stale_if_error_s", 0, 86'400, "s"),
    number<&S::writes, &Writes::group_max>("writes.group_max", 1, 10'000),
    number<&S::changes, &Changes::keep>("changes.keep_days", 1, 3'650, "days"),
    number<&S::invalidation, &Invalidation::heartbeat>("invalidation.heartbeat_ms", 10, 60'000,
                                                       "ms"),
    number<&S::invalidation, &Invalidation::timeout>("invalidation.timeout_ms", 20, 600'000, "ms"),
    number<&S::supervision, &Supervision::max_restarts>("supervision.max_restarts", 0, 1'000),
    number<&S::supervision, &Supervision::window>("supervision.window_s", 1, 3'600, "s"),
    number<&S::import, &Import::batch>("import.batch", 1, 100'000),
    text<&S::log, &Log::level>("log.level", "trace, debug, info, warn, error", level_error),
    text<&S::log, &Log::format>("log.format", "text, json", format_error),
};

std::string wrong(const std::string& what, const Key& key) {
  return what + "; allowed: " + allowed(key);
}

/// A TOML basic string (toml.io, v1.0.0, "String").
std::string toml_string(const std::string& text) {
  constexpr std::string_view hex = "0123456789ABCDEF";
  std::string out = "\"";
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    if (c == '"' || c == '\\') {
      (out += '\\') += c;
    } else if (byte < 0x20 || byte == 0x7F) {
      ((out += "\\u00") += hex[byte >> 4]) += hex[byte & 0xF];
    } else {
      out += c;
    }
  }
  return out += '"';
}

std::string toml_list(const ListRule& rule, const Settings& settings) {
  std::string out = "[";
  for (const std::string& text : rule.get(settings)) {
    if (out.size() > 1) out += ", ";
    out += toml_string(rule.shown(text));
  }
  return out += ']';
}

std::vector<std::string> words(const std::string& text) {
  std::istringstream stream{text};
  return {std::istream_iterator<std::string>{stream}, {}};
}

}  // namespace

std::span<const Key> keys() { return all_keys; }

const Key* find_key(std::string_view name) {
  const auto at = std::find_if(all_keys.begin(), all_keys.end(),
                               [&](const Key& key) { return key.name == name; });
  return at == all_keys.end() ? nullptr : &*at;
}

std::string allowed(const Key& key) {
  if (const auto* rule = std::get_if<NumberRule>(&key.rule)) {
    std::string range = std::to_string(rule->low) + ".." + std::to_string(rule->high);
    return rule->unit.empty() ? range : (range += ' ') += rule->unit;
  }
  if (const auto* rule = std::get_if<ListRule>(&key.rule)) return std::string{rule->allowed};
  return std::string{std::get<TextRule>(key.rule).allowed};
}

std::optional<std::string> assign(const Key& key, const Value& value, Settings& settings) {
  const auto is = [&](std::string_view expected) {
    constexpr std::array<std::string_view, 3> given{"a number", "a text", "a list"};
    return wrong("is " + std::string{given[value.index()]} + ", must be " + std::string{expected},
                 key);
  };
  if (const auto* rule = std::get_if<NumberRule>(&key.rule)) {
    const auto* given = std::get_if<std::int64_t>(&value);
    if (!given) return is("a whole number");
    if (*given < rule->low || *given > rule->high) {
      return wrong(std::to_string(*given) + " is out of range", key);
    }
    rule->set(settings, *given);
  } else if (const auto* text_rule = std::get_if<TextRule>(&key.rule)) {
    const auto* given = std::get_if<std::string>(&value);
    if (!given) return is("a text");
    if (const auto error = text_rule->error(*given)) return wrong(*error, key);
    text_rule->set(settings, *given);
  } else {
    const auto& list_rule = std::get<ListRule>(key.rule);
    const auto* given = std::get_if<std::vector<std::string>>(&value);
    if (!given) return is("a list");
    for (std::size_t i = 0; i < given->size(); ++i) {
      const auto error = list_rule.error((*given)[i]);
      if (error) return wrong("number " + std::to_string(i + 1) + ": " + *error, key);
    }
    list_rule.set(settings, *given);
  }
  return std::nullopt;
}

std::optional<std::string> assign_text(const Key& key, const std::string& text,
                                       Settings& settings) {
  if (std::holds_alternative<TextRule>(key.rule)) return assign(key, text, settings);
  if (std::holds_alternative<ListRule>(key.rule)) return assign(key, words(text), settings);
  std::int64_t number = 0;
  const char* const end = text.data() + text.size();
  const auto result = std::from_chars(text.data(), end, number);
  if (result.ec == std::errc::result_out_of_range) {
    return wrong(text + " is out of range", key);
  }
  if (result.ec != std::errc{} || result.ptr != end) {
    return wrong(quoted(text) + " is no whole number", key);
  }
  return assign(key, number, settings);
}

bool same_value(const Key& key, const Settings& left, const Settings& right) {
  return std::visit([&](const auto& rule) { return rule.get(left) == rule.get(right); }, key.rule);
}

std::string to_toml(const Settings& settings) {
  std::string out;
  std::string_view section;
  for (const Key& key : all_keys) {
    if (key.section() != section) {
      if (!out.empty()) out += '\n';
      section = key.section();
      ((out += '[') += section) += "]\n";
    }
    (out += key.short_name()) += " = ";
    if (const auto* rule = std::get_if<NumberRule>(&key.rule)) {
      out += std::to_string(rule->get(settings));
    } else if (const auto* list_rule = std::get_if<ListRule>(&key.rule)) {
      out += toml_list(*list_rule, settings);
    } else {
      const auto& text_rule = std::get<TextRule>(key.rule);
      out += toml_string(text_rule.shown(text_rule.get(settings)));
    }
    out += '\n';
  }
  return out;
}

}  // namespace rollcall::config
