#include "config/database_url.hpp"

#include <algorithm>
#include <string_view>

namespace rollcall::config {

namespace {

constexpr std::string_view hidden = "***";

tl::expected<DatabaseUrl, std::string> parse_sqlite(std::string_view rest) {
  const auto error = [](std::string what) { return tl::unexpected{std::move(what)}; };
  if (rest.empty()) return error("names no file");
  if (rest.starts_with("//")) {
    return error(
        "has slashes after sqlite:; write sqlite:/absolute/path or sqlite:path/from/the/working/"
        "folder");
  }
  if (rest == ":memory:") return error("a database in memory can't be shared by several readers");
  if (rest.ends_with('/')) return error("names a folder, must name a file");
  if (rest.find('\0') != std::string::npos) return error("contains a NUL character");
  return SqliteUrl{std::string{rest}};
}

tl::expected<DatabaseUrl, std::string> parse_postgres(const std::string& url) {
  // White space separates URLs where several are given as one text.
  const bool printable = std::all_of(url.begin(), url.end(), [](char c) {
    return static_cast<unsigned char>(c) > 0x20 && c != 0x7F;
  });
  if (!printable) {
    return tl::unexpected<std::string>(
        "contains a space or a control character; in a URL a space is written %20");
  }
  return PostgresUrl{url};
}

/// A `key=value` of a query, as it may be shown.
std::string shown_pair(std::string_view pair) {
  const std::size_t equals = pair.find('=');
  // What has no key may be the rest of a password with an ampersand in it.
  if (equals == std::string_view::npos) return std::string{pair.empty() ? pair : hidden};
  const std::string_view key = pair.substr(0, equals);
  // libpq decodes keys too: one with a percent sign may spell anything.
  const bool secret = key.ends_with("password") || key.find('%') != std::string_view::npos;
  return std::string{key} + '=' + std::string{secret ? hidden : pair.substr(equals + 1)};
}

/// `query` begins behind the question mark.
std::string shown_query(std::string_view query) {
  std::string shown;
  while (true) {
    const std::size_t end = std::min(query.find('&'), query.size());
    shown += shown_pair(query.substr(0, end));
    if (end == query.size()) return shown;
    shown += '&';
    query.remove_prefix(end + 1);
  }
}

/// Whether this is how a URL goes on behind a host, not how a password begins.
bool is_port(std::string_view rest) {
  if (!rest.starts_with(':')) return true;
  const std::string_view port = rest.substr(1, rest.find_first_of(",/?") - 1);
  return port.find_first_not_of("0123456789") == std::string_view::npos;
}

/// Where the @ behind user and password stands, in an URL without its scheme.
std::size_t end_of_password(std::string_view rest) {
  // libpq: at the first @ that stands before any slash, even behind a question mark. Should there
  // be several, all but the last belong to a password that should have been encoded.
  const std::size_t before_slash = rest.substr(0, rest.find('/')).rfind('@');
  if (before_slash != std::string_view::npos) return before_slash;
  // An @ behind a slash belongs to a password with a slash in it, unless to a query's value.
  const std::size_t at = rest.rfind('@');
  const std::size_t question = rest.find('?');
  const bool in_query = question < at && rest.find('=', question) < at &&
                        is_port(rest.substr(std::min(rest.find(':'), question)));
  return in_query ? rest.substr(0, question).rfind('@') : at;
}

}  // namespace

tl::expected<DatabaseUrl, std::string> parse_database_url(const std::string& url) {
  constexpr std::string_view sqlite = "sqlite:";
  if (url.starts_with(sqlite)) return parse_sqlite(std::string_view{url}.substr(sqlite.size()));
  if (url.starts_with("postgres://") || url.starts_with("postgresql://")) {
    return parse_postgres(url);
  }
  return tl::unexpected<std::string>("does not start with sqlite: or postgres://");
}

std::string without_password(const std::string& url) {
  const std::size_t scheme = url.find("://");
  if (scheme == std::string::npos) return url;
  const std::string_view rest = std::string_view{url}.substr(scheme + 3);
  const std::size_t at = end_of_password(rest);
  const std::size_t colon = rest.find(':');
  std::string shown = url.substr(0, scheme + 3);
  std::size_t from = 0;
  if (at != std::string_view::npos && colon < at) {
    (shown += rest.substr(0, colon + 1)) += hidden;
    from = at;
  }
  const std::size_t question = rest.find('?', at == std::string_view::npos ? 0 : at);
  if (question == std::string_view::npos) return shown += rest.substr(from);
  shown += rest.substr(from, question + 1 - from);
  return shown += shown_query(rest.substr(question + 1));
}

}  // namespace rollcall::config
