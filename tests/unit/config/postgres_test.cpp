// The settings for PostgreSQL alone, and the relations between them.
#include "tests/support/catch.hpp"
#include "tests/unit/config/loading.hpp"

using rollcall::config::load;
using rollcall::tests::Errors;
using rollcall::tests::errors_of;
using rollcall::tests::errors_of_file;
using rollcall::tests::SettingsFile;

namespace {

const std::string postgres = "database.url=postgres://h/db";

}  // namespace

TEST_CASE("replicas are a list in the file, and separated by white space in a flag") {
  const SettingsFile file(
      "[database]\nurl = \"postgres://h/db\"\n"
      "read_urls = [\n  \"postgres://a/db\",\n  \"postgresql://b/db\"\n]\n");
  const std::string path = file.path();
  CHECK(load({.file = path})->database.read_urls == Errors{"postgres://a/db", "postgresql://b/db"});
  CHECK(load({.file = path, .sets = {"database.read_urls= postgres://c\tpostgres://d "}})
            ->database.read_urls == Errors{"postgres://c", "postgres://d"});
  CHECK(load({.file = path, .sets = {"database.read_urls="}})->database.read_urls.empty());
}

TEST_CASE("a list that holds anything but URLs of PostgreSQL is refused") {
  const auto error = [](const std::string& value) {
    const Errors errors = errors_of_file("[database]\nread_urls = " + value + "\n");
    REQUIRE(errors.size() == 1);
    return errors[0];
  };
  const std::string allowed = "; allowed: postgres://<...>, any number";
  CHECK(error("[\"postgres://a\", \"mysql://u:secret@b\"]") ==
        "file:2: database.read_urls: number 2: does not start with sqlite: or postgres://" +
            allowed);
  CHECK(error("[\"sqlite:a.db\"]") ==
        "file:2: database.read_urls: number 1: SQLite has no replicas" + allowed);
  CHECK(error("[1]") == "file:2: database.read_urls: is a list" + allowed);
  CHECK(error("\"postgres://a\"") ==
        "file:2: database.read_urls: is a text, must be a list" + allowed);
  CHECK(errors_of_file("[database]\nurl = [\"postgres://a\"]\n") ==
        Errors{"file:2: database.url: is a list, must be a text; allowed: sqlite:<path> or "
               "postgres://<...>"});
}

TEST_CASE("replicas beside a SQLite database are refused") {
  CHECK(errors_of({.sets = {"database.read_urls=postgres://a"}}) ==
        Errors{"--set: database.read_urls: must be empty where database.url is SQLite, which has "
               "no replicas"});
  CHECK(errors_of({.sets = {postgres, "database.read_urls=postgres://a"}}).empty());
}

TEST_CASE("heartbeats come more often than they are missed") {
  CHECK(errors_of({.sets = {"invalidation.heartbeat_ms=300", "invalidation.timeout_ms=300"}}) ==
        Errors{"--set: invalidation.heartbeat_ms: the time between heartbeats (300 ms) must be "
               "less than "
               "that after which they are missed, invalidation.timeout_ms (300 ms)"});
  CHECK(errors_of({.sets = {"invalidation.heartbeat_ms=299", "invalidation.timeout_ms=300"}})
            .empty());
}

TEST_CASE("no error shows a password") {
  const std::string set = GENERATE(
      as<std::string>{}, "postgres://u:secret@h/db", "postgres://u:secret@h/db?sslmode=require",
      "database.url=mysql://u:secret@h", "database.url=postgres://u:secret @h",
      "database.read_urls=postgres://u:secret@h", "database.read_urls=mysql://u:secret@h");
  const Errors errors = errors_of({.sets = {set}});
  REQUIRE(errors.size() == 1);
  CHECK(errors[0].find("secret") == std::string::npos);
}
