// Where the database is, as database.url says it.
#pragma once

#include <string>
#include <variant>

#include <tl/expected.hpp>

namespace rollcall::config {

/// `sqlite:<path>`: absolute, or relative to the working folder.
struct SqliteUrl {
  std::string path;
  bool operator==(const SqliteUrl&) const = default;
};

/// `postgres://...` or `postgresql://...`, as libpq reads it (PostgreSQL's documentation, section
/// "Connection URIs"): only its outer form has been checked. May hold a password.
struct PostgresUrl {
  std::string text;
  bool operator==(const PostgresUrl&) const = default;
};

using DatabaseUrl = std::variant<SqliteUrl, PostgresUrl>;

/// The error says what is wrong with the URL and does not repeat it: it may hold a password. Any
/// URL in loaded settings can be parsed.
tl::expected<DatabaseUrl, std::string> parse_database_url(const std::string& url);

/// A text as it may be shown and logged. Of a PostgreSQL URL each password is `***`. Where it is
/// not certain what is a password, as in a malformed URL, all that follows `://` is. A text without
/// `://` is left as it is.
std::string without_password(const std::string& text);

}  // namespace rollcall::config
