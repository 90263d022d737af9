#include "config/database_url.hpp"

#include <algorithm>
#include <map>
#include <memory>
#include <optional>
#include <regex>
#include <string_view>

#include <libpq-fe.h>

namespace rollcall::config {

namespace {

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

/// A URL as libpq reads it.
struct Parameters {
  std::map<std::string, std::string> shown;
  std::map<std::string, std::string> secret;  // those that libpq marks "*", such as passwords
};

std::optional<Parameters> parsed_by_libpq(const std::string& url) {
  const std::unique_ptr<PQconninfoOption, decltype(&PQconninfoFree)> options(
      PQconninfoParse(url.c_str(), nullptr), &PQconninfoFree);
  if (!options) return std::nullopt;
  Parameters parameters;
  for (const auto* option = options.get(); option->keyword != nullptr; ++option) {
    if (option->val == nullptr) continue;
    const bool secret = option->dispchar[0] == '*';
    (secret ? parameters.secret : parameters.shown)[option->keyword] = option->val;
  }
  return parameters;
}

/// Whether libpq may have parsed a part of an unencoded password as port, host or database name.
bool is_doubtful(std::map<std::string, std::string> parameters) {
  return parameters["port"].find_first_not_of("0123456789,") != std::string::npos ||
         (parameters["host"] + parameters["dbname"]).find('@') != std::string::npos;
}

// A connection string of libpq's other form, as in "host=h password=secret": the password may
// contain spaces, so nothing after it is shown.
std::string without_keyword_password(const std::string& text) {
  static const std::regex password("(password\\s*=)[\\s\\S]*", std::regex::icase);
  return std::regex_replace(text, password, "$1***");
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

// Replaces what looks like a password. Trusts the result only where libpq reads the same parameters
// from both texts, and no secret but *** from the result.
std::string without_password(const std::string& text) {
  static const std::regex user_part("(://[^:/?@]*:)[^/@]*@");
  static const std::regex parameter("([?&](?:ssl)?password=)[^&]*");
  constexpr std::size_t longest = 4'096;  // std::regex recurses for each byte
  if (text.size() > longest) return "***";
  const std::size_t scheme = text.find("://");
  if (scheme == std::string::npos) return without_keyword_password(text);
  const std::string shown =
      std::regex_replace(std::regex_replace(text, user_part, "$1***@"), parameter, "$1***");
  const auto before = parsed_by_libpq(text);
  const auto after = parsed_by_libpq(shown);
  const bool hidden = before && after && before->shown == after->shown &&
                      !is_doubtful(after->shown) &&
                      std::all_of(after->secret.begin(), after->secret.end(),
                                  [](const auto& each) { return each.second == "***"; });
  return hidden ? shown : without_keyword_password(text.substr(0, scheme)) + "://***";
}

}  // namespace rollcall::config
