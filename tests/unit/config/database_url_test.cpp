#include "config/database_url.hpp"

#include "tests/support/catch.hpp"

using rollcall::config::DatabaseUrl;
using rollcall::config::parse_database_url;
using rollcall::config::PostgresUrl;
using rollcall::config::SqliteUrl;
using rollcall::config::without_password;

namespace {

std::string error_of(const std::string& url) {
  const auto parsed = parse_database_url(url);
  return parsed ? "accepted" : parsed.error();
}

}  // namespace

TEST_CASE("a SQLite URL names a file, absolute or relative") {
  CHECK(parse_database_url("sqlite:var/rollcall.db") == DatabaseUrl{SqliteUrl{"var/rollcall.db"}});
  CHECK(parse_database_url("sqlite:/srv/a b.db") == DatabaseUrl{SqliteUrl{"/srv/a b.db"}});
}

TEST_CASE("a PostgreSQL URL is left to libpq, in every form that it knows") {
  const std::string url = GENERATE(
      as<std::string>{}, "postgres://", "postgresql://localhost", "postgres://u:p%20w@h:5432/db",
      "postgres://a,b:5433,[::1]:5434/db?target_session_attrs=read-write&sslmode=verify-full",
      "postgresql://%2Fvar%2Frun%2Fpostgresql/db", "postgres:///db?host=/tmp");
  CHECK(parse_database_url(url) == DatabaseUrl{PostgresUrl{url}});
}

TEST_CASE("what is no database URL is refused with the reason, without repeating it") {
  const std::string unknown = "does not start with sqlite: or postgres://";
  CHECK(error_of("mysql://user:secret@host/db") == unknown);
  CHECK(error_of("host=a password=secret") == unknown);
  CHECK(error_of("postgres:host/db") == unknown);
  CHECK(error_of("var/rollcall.db") == unknown);
  CHECK(error_of("") == unknown);
  CHECK(error_of("sqlite:") == "names no file");
  CHECK(error_of("sqlite:var/") == "names a folder, must name a file");
  CHECK(error_of("sqlite://var/rollcall.db").starts_with("has slashes after sqlite:"));
  CHECK(error_of("sqlite::memory:") == "a database in memory can't be shared by several readers");
  CHECK(error_of("postgres://u:my secret@h/db").starts_with("contains a space or a control"));
  CHECK(error_of("postgres://h/db\n").starts_with("contains a space or a control"));
}

TEST_CASE("a URL without a password is shown as it is") {
  const std::string url =
      GENERATE(as<std::string>{}, "sqlite:var/a:b@c.db", "postgres://", "postgres://h:5432/db",
               "postgres://ada@h:5432/db?sslmode=require", "postgres://[::1]:5432,b:1/db",
               "postgres://h/db?user=ada@example&application_name=a:b", "postgres://h/db?");
  CHECK(without_password(url) == url);
}

TEST_CASE("a password is not shown, wherever the URL has it") {
  CHECK(without_password("postgres://ada:secret@h:1/db") == "postgres://ada:***@h:1/db");
  CHECK(without_password("postgres://ada:secret@h,b:2/db?sslmode=require") ==
        "postgres://ada:***@h,b:2/db?sslmode=require");
  CHECK(without_password("postgres://ada:secret@/db?host=/tmp") ==
        "postgres://ada:***@/db?host=/tmp");
  CHECK(without_password("postgres://:secret@h") == "postgres://:***@h");
  CHECK(without_password("postgres://h:1/db?password=secret&user=ada") ==
        "postgres://h:1/db?password=***&user=ada");
  CHECK(without_password("postgres://h?sslpassword=secret") == "postgres://h?sslpassword=***");
  CHECK(without_password("postgres://ada:secret@h?user=b&password=secret") ==
        "postgres://ada:***@h?user=b&password=***");
}

TEST_CASE("of a URL that can be read in several ways nothing is shown") {
  CHECK(without_password("postgresql://h/db?pass%77ord=secret") == "postgresql://***");
  CHECK(without_password("postgres://h/db?password=sec&ret&user=ada") == "postgres://***");
  CHECK(without_password("mysql://ada:secret@h/db") == "mysql://***");
  CHECK(without_password("postgres://ada:1/secret?user=b@h/db") == "postgres://***");
  CHECK(without_password("database.url postgres://ada:secret@h/db") ==
        "database.url postgres://***");
}

TEST_CASE("a password in a text that is no URL is not shown either") {
  CHECK(without_password("host=h password=sec ret") == "host=h password=***");
  CHECK(without_password("PASSWORD = 'sec ret'") == "PASSWORD =***");
  CHECK(without_password("sslpassword=secret host=h") == "sslpassword=***");
  CHECK(without_password("postgres:/ada:secret@h/db") == "postgres:***@h/db");
  CHECK(without_password("ada:sec@ret@h/db?sslmode") == "ada:***@h/db?sslmode");
  CHECK(without_password("unknown argument: ada:secret@h/db") == "unknown argument: ada:***@h/db");
  CHECK(without_password("ada:secret@h/db?a=://") == "ada:***@h/db?a=://***");
  CHECK(without_password("unknown argument: passwords") == "unknown argument: passwords");
  CHECK(without_password("host=h password=secret options=://") == "host=h password=***://***");
}

TEST_CASE("a text that is too long to be a URL is not shown at all") {
  CHECK(without_password("postgres://u:" + std::string(20'000, 'a') + "@h") == "***");
}

TEST_CASE("a password that should have been encoded is not shown either") {
  const std::string password =
      GENERATE(as<std::string>{}, "sec@ret", "sec/ret", "sec?ret", "s?a=b", "sec:ret", "a/b@c?d",
               "s/e/c@r/e@t", "sec&ret", "s#e?c/r=", "1/sec@ret", "1/sec?a=ret", "1/password=ret",
               "@sec", "/sec");
  const std::string shown = without_password("postgres://ada:" + password + "@h:1/db");
  INFO(shown);
  CHECK((shown == "postgres://ada:***@h:1/db" || shown == "postgres://***"));
}
