// Database URLs, and the promise that no password is shown. In the input each `$` stands for a
// text that occurs nowhere else; where libpq takes it for a part of a password, it must not be
// shown.
#include <memory>
#include <string>

#include <libpq-fe.h>

#include "config/database_url.hpp"
#include "db/postgres/client/url_check.hpp"
#include "tests/fuzz/support/input.hpp"
#include "tests/fuzz/support/property.hpp"

namespace rollcall::fuzz {
namespace {

constexpr std::string_view mark = "zQ9vXw7kP";

bool has_mark(std::string_view text) { return text.find(mark) != std::string_view::npos; }

// Whether libpq can read the text, and finds the mark in a password.
struct Reading {
  bool readable = false;
  bool secret = false;
};

Reading reading_of(const std::string& text) {
  const std::unique_ptr<PQconninfoOption, decltype(&PQconninfoFree)> options(
      PQconninfoParse(text.c_str(), nullptr), &PQconninfoFree);
  Reading reading{options != nullptr};
  for (const auto* option = options.get(); option && option->keyword; ++option) {
    const bool marked = option->val != nullptr && has_mark(option->val);
    reading.secret = reading.secret || (marked && option->dispchar[0] == '*');
  }
  return reading;
}

void check_url(const std::string& url) {
  const auto parsed = config::parse_database_url(url);
  if (!parsed) {
    require(!has_mark(parsed.error()), "the error does not repeat the URL", {parsed.error()});
    return;
  }
  const auto* sqlite = std::get_if<config::SqliteUrl>(&*parsed);
  const auto* postgres = std::get_if<config::PostgresUrl>(&*parsed);
  require(sqlite == nullptr || "sqlite:" + sqlite->path == url, "a path is kept", {url});
  require(postgres == nullptr || postgres->text == url, "a URL is kept", {url});
  const auto shown = config::without_password(url);
  require(config::parse_database_url(shown).has_value(), "a URL that is shown is one", {shown});
  if (postgres == nullptr) return;
  // The name of an unknown parameter is shown.
  const auto error = db::pg_url_error(url).value_or("");
  require(!reading_of(url).readable || !has_mark(error), "no error shows a value", {url, error});
}

}  // namespace

void check(std::string_view input) {
  std::string text;
  for (const char c : input) text += c == '$' ? std::string(mark) : std::string(1, c);
  check_url(text);
  if (text.find('\0') != std::string::npos) return;  // no URL of settings has one
  const auto shown = config::without_password(text);
  const auto reading = reading_of(text);
  const auto scheme = text.find("://");
  if (text.size() > 4'096) {
    require(shown == "***", "nothing of a long text is shown", {shown});
    return;
  }
  if (reading.secret && text.find(mark) == text.rfind(mark)) {
    require(!has_mark(shown), "no password is shown", {text, shown});
  }
  if (!reading.readable && scheme != std::string::npos) {
    require(shown == config::without_password(text.substr(0, scheme)) + "://***",
            "nothing of a malformed URL is shown", {text, shown});
  }
  require(config::without_password(shown) == shown, "what is shown stays so", {shown});
}

}  // namespace rollcall::fuzz
