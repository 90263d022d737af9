// No error about the settings shows a part of what may be a password.
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "db/postgres/client/target.hpp"
#include "db/postgres/client/url_check.hpp"
#include "tests/support/catch.hpp"
#include "tests/unit/config/loading.hpp"

namespace rollcall::tests {
namespace {

using Strings = std::vector<std::string>;

const std::string hint =
    "is no URL that libpq understands; characters such as # % & / : ? @ in a user name or a "
    "password must be percent-encoded (@ is %40)";

// Passwords with this character, not encoded. Their words begin with zq and occur nowhere else.
Strings passwords_with(char c) {
  const std::string mark(1, c);
  return {"zqa" + mark + "zqb",
          "zqa" + mark + "zqb=zqc",
          "1" + mark + "zqb=zqc",
          mark + "zqa=1",
          "zqa=1" + mark,
          mark + mark + "zqa",
          "zqa?zqb=1" + mark + "zqc=2",
          "zqa/zqb" + mark + "zqc=2",
          "1/zqa?user=" + mark + "zqb",
          "zqa@zqb" + mark + "zqc=2",
          "1/zqb?sslmode=zqc" + mark + "zqd",
          "zqa&zqb=1" + mark + "zqc=2",
          "zqa%41" + mark + "zqb=1"};
}

// Each place of a URL, or of libpq's other form of connection strings, that has a password.
Strings texts_with(const std::string& password) {
  return {"postgres://u:" + password + "@h/db",
          "postgres://u:" + password + "@h,i:1/db?sslmode=require",
          "postgresql://u:" + password + "@h/db?pool=5",
          "postgres://u:" + password + "@/db?host=@socket",
          "postgres:/u:" + password + "@h/db",
          "u:" + password + "@h/db?sslmode=require",
          "u:" + password + "@h",
          "postgres://h/db?password=" + password,
          "postgres://h/db?user=u&password=" + password + "&sslmode=require",
          "postgres://h/db?sslpassword=" + password + "&pool=5",
          "postgres://h/db?pass%77ord=" + password + "&user=u",
          "postgres://h?password=" + password + "&port=x",
          "host=h password=" + password + " user=u",
          "host=h password='" + password,
          "password = \"" + password + "\" host=h",
          "host='h password=" + password + "'"};
}

// The errors of settings with this text where somebody may put a database's URL.
std::string errors_with(const std::string& text) {
  std::string all;
  const auto add = [&all](const config::Sources& sources) {
    for (const auto& error : errors_of(sources)) all += error + '\n';
  };
  for (const std::string before :
       {"database.url=", "database.read_urls=postgres://h/db ", "",
        "database.ulr=", "database.url ", "database.url:", "http.port=", "http.host=",
        "http.allowed_hosts=", "http.public_url=", "http.cors_origins=", "log.level="}) {
    add({.sets = {before + text}, .postgres_error = db::pg_url_error});
  }
  const auto variable = [given = std::optional<std::string>(text)](const char*) { return given; };
  add({.env = variable, .postgres_error = db::pg_url_error});
  return all;
}

// Also what is logged about a database that can't be reached.
std::string shown_with(const std::string& url) {
  const config::Sources sources{.sets = {"database.url=" + url},
                                .postgres_error = db::pg_url_error};
  if (!config::load(sources)) return {};
  const auto target = db::PgTarget::parse(url);
  return target ? target->shown() : target.error();
}

TEST_CASE("no error shows a part of a password that was not percent-encoded") {
  for (const char c : std::string_view("#?/@%:&=;+,!*$~()'\"[]{}|\\^`<>-_")) {
    for (const auto& password : passwords_with(c)) {
      for (const auto& text : texts_with(password)) {
        INFO(text);
        const auto errors = errors_with(text);
        INFO(errors);
        CHECK(errors.find("zq") == std::string::npos);
      }
    }
  }
}

TEST_CASE("what is logged about a database has no part of these passwords, which are not encoded") {
  for (const char c : std::string_view("#?/@%:&=;+,")) {
    for (const std::string begin : {"zqa", "1"}) {
      for (const std::string end : {"zqb", "zqb=1", "@zqb", "/zqb"}) {
        const std::string password = begin + c + end;
        INFO(password);
        CHECK(shown_with("postgres://u:" + password + "@h/db").find("zq") == std::string::npos);
      }
    }
  }
}

TEST_CASE("a URL whose password may have been split says to percent-encode it") {
  const std::string url =
      GENERATE(as<std::string>{}, "postgres://u:p/w?a=b@h/db", "postgres://u:p?a=b",
               "postgres://u:p%w@h/db?pool=5", "postgres://u:p%w@h/db",
               "postgres://h/db?password=p&w=x", "postgres://h/db?password=p=w",
               "postgres://h/db?pass%77ord=p&w=x", "postgres://h/db?user=u&sslpassword=p&w=x",
               "postgres://h/db?password=p&w", "postgres://u:p/w?sslmode=x@h/db");
  INFO(url);
  CHECK(errors_of({.sets = {"database.url=" + url}, .postgres_error = db::pg_url_error}) ==
        Errors{"--set: database.url: " + hint});
}

TEST_CASE("an unknown parameter that can't be a part of a password is named") {
  const std::string url =
      GENERATE(as<std::string>{}, "postgres://u:p@h:1/db?pool=5", "postgres://u:p@h/db?pool=5&a=b",
               "postgres://h/db?sslmode=require&pool=5&password=x", "postgres://[::1]:5/db?pool=5",
               "postgres://u:p%40w@a:1,b:2/db?options=-c%20a%3Db&pool=5");
  INFO(url);
  const auto errors =
      errors_of({.sets = {"database.url=" + url}, .postgres_error = db::pg_url_error});
  REQUIRE(errors.size() == 1);
  CHECK(errors[0].starts_with("--set: database.url: parameter pool is unknown to libpq"));
}

TEST_CASE("an unknown parameter with a capital is named too") {
  const auto errors = errors_of({.sets = {"database.url=postgres://h/db?ApplicationName=x"},
                                 .postgres_error = db::pg_url_error});
  REQUIRE(errors.size() == 1);
  CHECK(errors[0].starts_with("--set: database.url: parameter ApplicationName is unknown"));
}

TEST_CASE("a URL with an @ in its password, or behind a slash, is refused with the encoding of @") {
  const std::string url =
      GENERATE(as<std::string>{}, "postgres://u:p@w@h/db", "postgres://u:1/w@h/db",
               "postgres://u@x:p@h/db", "postgres://u:p@h/d@b", "postgres://u:p@w/x@h?a=b",
               "postgres://u:p?@w@h/db", "postgres://u:p@@socket/db", "postgres://@@socket/db");
  INFO(url);
  CHECK(errors_of({.sets = {"database.url=" + url}}) ==
        Errors{"--set: database.url: has an @ that is not percent-encoded; in a user, password, "
               "host or database @ is written %40, and / is written %2F; allowed: sqlite:<path> or "
               "postgres://<...>"});
}

TEST_CASE("an error about a settings file that is no TOML shows no word of it") {
  for (const std::string value : {"postgres://u:zqa@h/db", "\"postgres://u:zqa\"zqb@h/db\"",
                                  "'postgres://u:zqa'zqb@h/db'", "\"postgres://u:zqa\\zqb@h/db\"",
                                  "\"postgres://u:zqa@h/db", "zqa", "\"host=h password=\"zqa\""}) {
    INFO(value);
    const auto errors = errors_of_file("[database]\nurl = " + value + "\n");
    REQUIRE(errors.size() == 1);
    INFO(errors[0]);
    CHECK(errors[0].starts_with("file:2: "));
    CHECK(errors[0].find("zq") == std::string::npos);
  }
}

}  // namespace
}  // namespace rollcall::tests
