#include "config/database_url.hpp"

#include <algorithm>
#include <map>
#include <memory>
#include <optional>
#include <regex>
#include <string_view>

#include <libpq-fe.h>

#include "domain/ascii.hpp"

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
  // libpq ends the password at the first @, and would connect to a host that has the rest in its
  // name, or show it as a part of the database's name.
  const auto begin = url.find("://") + 3;
  const auto at_sign = url.find('@', begin);
  const auto hosts = at_sign < url.find('/', begin) ? at_sign + 1 : begin;
  const auto query = std::min(url.find('?', hosts), url.size());
  if (url.find('@', hosts) < query) {
    return tl::unexpected<std::string>(
        "has an @ that is not percent-encoded; in a user, password, host or database @ is written "
        "%40, and / is written %2F");
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

/// Whether libpq may have parsed a part of an unencoded password as port, host, database name or
/// parameter. Names of users have an at sign in some services.
bool is_doubtful(const std::map<std::string, std::string>& parameters) {
  return std::any_of(parameters.begin(), parameters.end(), [](const auto& parameter) {
    const auto& [key, value] = parameter;
    const bool no_port = value.find_first_not_of("0123456789,") != std::string::npos;
    return key == "port" ? no_port : key != "user" && value.find('@') != std::string::npos;
  });
}

bool is_of_key(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || is_digit(c) || c == '_';
}

/// Whether libpq can't read the URL because it does not know a parameter, which is certainly no
/// part of a password: what stands before it can be read in one way, and is no password's
/// parameter.
bool has_unknown_parameter(const std::string& url) {
  const auto query = url.find('?');
  if (query == std::string::npos || url.find('@', query) != std::string::npos) return false;
  const auto before = parsed_by_libpq(url.substr(0, query));
  if (!before || is_doubtful(before->shown)) return false;
  for (std::size_t at = query + 1; at < url.size();) {
    const auto end = std::min(url.find('&', at), url.size());
    const auto equals = url.find('=', at);
    if (equals >= end || equals == at) return false;
    const auto key = url.substr(at, equals - at);
    if (!std::all_of(key.begin(), key.end(), is_of_key)) return false;
    const auto parameter = parsed_by_libpq("postgres://?" + key + '=');
    if (!parameter) return true;
    if (!parameter->secret.empty()) return false;
    at = end + 1;
  }
  return false;
}

/// Whether the at sign behind a password may stand in the query, since the password has a question
/// mark.
bool may_have_password_in_query(std::string_view url) {
  const auto query = url.find('?');
  if (query == std::string_view::npos || url.find('@', query) == std::string_view::npos) {
    return false;
  }
  url = url.substr(0, query);
  return url.find('@') == std::string_view::npos && url.rfind(':') != url.find("://");
}

// A connection string of libpq's other form, as in "host=h password=secret": the password may
// contain spaces, so nothing after it is shown.
std::string without_keyword_password(const std::string& text) {
  static const std::regex password("(password\\s*=)[\\s\\S]*", std::regex::icase);
  return std::regex_replace(text, password, "$1***");
}

// A URL with something else than "://": the password stands between a colon, which no space
// follows, and an at sign.
std::string without_colon_password(const std::string& text) {
  const auto at_sign = text.rfind('@');
  if (at_sign == std::string::npos || text.starts_with("sqlite:")) return text;
  auto colon = text.find(':');
  while (colon < at_sign && text[colon + 1] == ' ') colon = text.find(':', colon + 1);
  return colon < at_sign ? text.substr(0, colon + 1) + "***" + text.substr(at_sign) : text;
}

std::string without_password_of_no_url(const std::string& text) {
  return without_colon_password(without_keyword_password(text));
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
  if (scheme == std::string::npos) return without_password_of_no_url(text);
  const std::string shown =
      std::regex_replace(std::regex_replace(text, user_part, "$1***@"), parameter, "$1***");
  const auto before = parsed_by_libpq(text);
  const auto after = parsed_by_libpq(shown);
  const bool hidden = before && after && before->shown == after->shown &&
                      !is_doubtful(after->shown) && !may_have_password_in_query(text) &&
                      std::all_of(after->secret.begin(), after->secret.end(),
                                  [](const auto& each) { return each.second == "***"; });
  return hidden ? shown : without_password_of_no_url(text.substr(0, scheme)) + "://***";
}

std::string error_without_password(const std::string& url, const std::string& error) {
  const bool sure =
      parsed_by_libpq(url) ? !may_have_password_in_query(url) : has_unknown_parameter(url);
  if (sure) return error;
  return "is no URL that libpq understands; characters such as # % & / : ? @ in a user name or a "
         "password must be percent-encoded (@ is %40)";
}

}  // namespace rollcall::config
