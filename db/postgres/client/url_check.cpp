#include "db/postgres/client/url_check.hpp"

#include <libpq-fe.h>

#include <algorithm>
#include <charconv>
#include <map>
#include <memory>
#include <string_view>
#include <vector>

namespace rollcall::db {

namespace {

using OptionalError = std::optional<std::string>;
using Options = std::unique_ptr<PQconninfoOption, decltype(&PQconninfoFree)>;

/// A parameter with a fixed set of values (postgresql.org/docs, "Parameter Key Words").
struct Choice {
  std::string_view key;
  std::string_view values;  // separated by ", "
};

constexpr Choice choices[] = {
    {"sslmode", "disable, allow, prefer, require, verify-ca, verify-full"},
    {"channel_binding", "disable, prefer, require"},
    {"gssencmode", "disable, prefer, require"},
    {"target_session_attrs", "any, read-write, read-only, primary, standby, prefer-standby"},
    {"ssl_min_protocol_version", "TLSv1, TLSv1.1, TLSv1.2, TLSv1.3"},
    {"ssl_max_protocol_version", "TLSv1, TLSv1.1, TLSv1.2, TLSv1.3"},
    {"sslcertmode", "disable, allow, require"},
    {"sslnegotiation", "postgres, direct"},
    {"load_balance_hosts", "disable, random"},
    {"gssdelegation", "0, 1"},
    {"sslcompression", "0, 1"},
    {"sslsni", "0, 1"},
    {"keepalives", "0, 1"},
};

constexpr std::string_view numbers[] = {"connect_timeout", "keepalives_idle", "keepalives_interval",
                                        "keepalives_count", "tcp_user_timeout"};
constexpr int most = 2'147'483'647;

std::vector<std::string_view> split(std::string_view list, std::string_view separator) {
  std::vector<std::string_view> parts;
  while (true) {
    const auto end = list.find(separator);
    parts.push_back(list.substr(0, end));
    if (end == std::string_view::npos) return parts;
    list.remove_prefix(end + separator.size());
  }
}

bool is_number(std::string_view text, int low, int high) {
  int value = 0;
  const auto* end = text.data() + text.size();
  const auto [stopped, failed] = std::from_chars(text.data(), end, value);
  return failed == std::errc{} && stopped == end && value >= low && value <= high;
}

OptionalError value_error(std::string_view key, std::string_view value) {
  for (const Choice& choice : choices) {
    const auto values = split(choice.values, ", ");
    if (choice.key != key || std::find(values.begin(), values.end(), value) != values.end()) {
      continue;
    }
    return "parameter " + std::string(key) +
           " has a value that is none of the choices; allowed: " + std::string(choice.values);
  }
  if (std::find(std::begin(numbers), std::end(numbers), key) == std::end(numbers)) return {};
  if (is_number(value, 0, most)) return {};
  return "parameter " + std::string(key) + " is no whole number; allowed: 0.." +
         std::to_string(most);
}

/// The error for the first key of the URL's query that libpq does not know. Shows only keys of
/// letters, digits and underscores: any other may be a part of a password.
OptionalError unknown_parameter(std::string_view url) {
  const Options known(PQconndefaults(), &PQconninfoFree);
  const auto knows = [&](std::string_view key) {
    const auto* option = known.get();
    while (option != nullptr && option->keyword != nullptr && key != option->keyword) ++option;
    return option != nullptr && option->keyword != nullptr;
  };
  const auto query_at = url.find('?');
  // A query with an at sign is the rest of a password with a question mark in it.
  if (!known || query_at == std::string_view::npos ||
      url.find('@', query_at) != std::string_view::npos) {
    return {};
  }
  for (const auto pair : split(url.substr(query_at + 1), "&")) {
    const auto key = pair.substr(0, pair.find('='));
    const bool plain = std::all_of(key.begin(), key.end(), [](char c) {
      return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_';
    });
    if (key.size() == pair.size() || key.empty() || !plain || knows(key)) continue;
    return "parameter " + std::string(key) +
           " is unknown to libpq; allowed: the key words of the PostgreSQL documentation, 34.1.2";
  }
  return {};
}

OptionalError hosts_error(std::map<std::string_view, std::string_view>& given) {
  const auto count = [&](std::string_view key) {
    return given[key].empty() ? 0 : split(given[key], ",").size();
  };
  const auto hosts = std::max(count("host"), count("hostaddr"));
  if (count("host") > 0 && count("hostaddr") > 0 && count("host") != count("hostaddr")) {
    return "parameter hostaddr must have as many addresses as there are hosts";
  }
  if (count("port") > 1 && count("port") != hosts) {
    return "parameter port must be one, or as many as there are hosts";
  }
  if (given["port"].empty()) return {};
  for (const auto port : split(given["port"], ",")) {
    // An empty one is the default.
    if (!port.empty() && !is_number(port, 1, 65'535)) {
      return "parameter port, or what stands behind the colon of a host, is no port; allowed: "
             "1..65535";
    }
  }
  return {};
}

}  // namespace

OptionalError pg_url_error(const std::string& url) {
  char* message = nullptr;
  const Options options(PQconninfoParse(url.c_str(), &message), &PQconninfoFree);
  const std::unique_ptr<char, decltype(&PQfreemem)> freed(message, &PQfreemem);
  if (!options) {
    auto unknown = unknown_parameter(url);
    return unknown ? unknown : "is no URL that libpq understands";
  }
  std::map<std::string_view, std::string_view> given;
  for (const auto* option = options.get(); option->keyword != nullptr; ++option) {
    if (option->val == nullptr || *option->val == '\0') continue;
    given[option->keyword] = option->val;
    if (auto error = value_error(option->keyword, option->val)) return error;
  }
  return hosts_error(given);
}

}  // namespace rollcall::db
