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

/// The text in a form that is safe to show and to log. In a PostgreSQL URL, `***` replaces each
/// password. Where it is not certain what the password is (a malformed URL, say), `***` replaces
/// everything after `://`. Elsewhere it replaces everything after `password=`, everything between a
/// colon and an @, unless the text begins with `sqlite:`, and the whole of a text of more than
/// 4,096 bytes.
std::string without_password(const std::string& text);

/// What to report about a PostgreSQL URL in which `error` was found: the same, or, where the error
/// may be due to a password that is not percent-encoded, and name a part of it, a general error.
std::string error_without_password(const std::string& url, const std::string& error);

}  // namespace rollcall::config
