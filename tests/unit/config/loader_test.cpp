#include "config/loader.hpp"

#include <map>

#include "tests/support/catch.hpp"
#include "tests/unit/config/loading.hpp"

using rollcall::config::load;
using rollcall::config::Settings;
using rollcall::config::Sources;
using rollcall::tests::Errors;
using rollcall::tests::errors_of;
using rollcall::tests::errors_of_file;
using rollcall::tests::SettingsFile;

namespace {

auto environment(std::map<std::string, std::string> values) {
  return [values](const char* name) -> std::optional<std::string> {
    const auto at = values.find(name);
    return at == values.end() ? std::nullopt : std::optional{at->second};
  };
}

}  // namespace

TEST_CASE("without any source the settings are the defaults") {
  REQUIRE(load({}));
  CHECK(*load({}) == Settings{});
}

TEST_CASE("a file changes the keys that it names and no others") {
  const SettingsFile file{"[http]\nport = 9000\n[log]\nformat = \"json\"\n"};
  const auto loaded = load({.file = file.path()});
  REQUIRE(loaded);
  Settings expected;
  expected.http.port = 9000;
  expected.log.format = "json";
  CHECK(*loaded == expected);
}

TEST_CASE("a flag overrides the environment, which overrides the file, that the default") {
  const SettingsFile file{"[http]\nport = 1001\n"};
  const auto env = environment({{"PORT", "1002"}});
  CHECK(load({.file = file.path()})->http.port == 1001);
  CHECK(load({.file = file.path(), .env = env})->http.port == 1002);
  CHECK(load({.file = file.path(), .sets = {"http.port=1003"}, .env = env})->http.port == 1003);
}

TEST_CASE("of two flags for one key the later counts") {
  CHECK(load({.sets = {"http.port=1", "http.port=2"}})->http.port == 2);
}

TEST_CASE("DATABASE_URL and PORT are read from the environment") {
  const auto loaded =
      load({.env = environment({{"DATABASE_URL", "sqlite:/tmp/a.db"}, {"PORT", "90"}})});
  REQUIRE(loaded);
  CHECK(loaded->database.url == "sqlite:/tmp/a.db");
  CHECK(loaded->http.port == 90);
}

TEST_CASE("a value that is set but empty is an error, wherever it stands, and no default") {
  const std::string empty = GENERATE(as<std::string>{}, "", " ", "\t");
  CHECK(errors_of({.env = environment({{"DATABASE_URL", empty}, {"PORT", empty}})}) ==
        Errors{"DATABASE_URL: database.url: is set but empty; allowed: sqlite:<path> or "
               "postgres://<...>",
               "PORT: http.port: is set but empty; allowed: 0..65535"});
  CHECK(errors_of({.sets = {"http.host=" + empty, "http.port=" + empty, "log.level=" + empty}}) ==
        Errors{"--set: http.host: is set but empty; allowed: an IPv4 or IPv6 address",
               "--set: http.port: is set but empty; allowed: 0..65535",
               "--set: log.level: is set but empty; allowed: trace, debug, info, warn, error"});
  CHECK(errors_of_file("[database]\nurl = \"\"\n") ==
        Errors{"file:2: database.url: is set but empty; allowed: sqlite:<path> or "
               "postgres://<...>"});
  // A variable that a flag overrides is not checked: it may be meant for another program.
  CHECK(load({.sets = {"http.port=1"}, .env = environment({{"PORT", ""}})}));
}

TEST_CASE("an error in the environment names the variable and the key") {
  CHECK(errors_of({.env = environment({{"PORT", "http"}})}) ==
        Errors{"PORT: http.port: \"http\" is no whole number; allowed: 0..65535"});
}

TEST_CASE("an unknown key is refused with its line and the keys that there are") {
  CHECK(errors_of_file("[admin]\nhost = \"::1\"\nprot = 1\n") ==
        Errors{"file:3: admin.prot: unknown key; section admin has: host, port"});
}

TEST_CASE("an unknown section is refused with its line and the sections that there are") {
  const auto errors = errors_of_file("[log]\n\n[htpp]\nport = 1\n");
  CHECK(errors == Errors{"file:3: htpp: unknown key; the sections are: http, admin, database, "
                         "lookup, writes, changes, invalidation, supervision, import, log"});
}

TEST_CASE("a key or section that was renamed is refused with the new name") {
  CHECK(errors_of_file("[directory]\ncache_entries = 1\n") ==
        Errors{"file:1: directory: the section directory is now called lookup"});
  CHECK(errors_of({.sets = {"directory.cache_entries=1"}}) ==
        Errors{"--set: directory.cache_entries: is now called lookup.cache_entries"});
  CHECK(errors_of({.sets = {"feed.no_such_key=1"}}) ==
        Errors{"--set: feed.no_such_key: the section feed is now called invalidation"});
}

TEST_CASE("a key outside any section is refused") {
  REQUIRE(errors_of_file("port = 1\n").size() == 1);
  CHECK(errors_of_file("port = 1\n")[0].starts_with("file:1: port: unknown key"));
}

TEST_CASE("a quoted key with a dot in it is not taken for a section and a key") {
  REQUIRE(errors_of_file("\"http.port\" = 1\n").size() == 1);
  CHECK(errors_of_file("\"http.port\" = 1\n")[0].starts_with("file:1: \"http.port\": unknown"));
}

TEST_CASE("a value of the wrong type is refused, whatever the type") {
  const auto error = [](const std::string& value) {
    const auto errors = errors_of_file("[http]\nport = " + value + "\n");
    REQUIRE(errors.size() == 1);
    return errors[0];
  };
  CHECK(error("\"80\"") ==
        "file:2: http.port: is a text, must be a whole number; allowed: 0..65535");
  CHECK(error("80.0") == "file:2: http.port: is a number with a fraction; allowed: 0..65535");
  CHECK(error("true") == "file:2: http.port: is true or false; allowed: 0..65535");
  CHECK(error("[80]") == "file:2: http.port: is a list; allowed: 0..65535");
  CHECK(error("{a = 1}") == "file:2: http.port: is a section; allowed: 0..65535");
  CHECK(error("2026-11-22") == "file:2: http.port: is a date or time; allowed: 0..65535");
}

TEST_CASE("a number where a text belongs, and a value where a section belongs, are refused") {
  CHECK(errors_of_file("http = 1\n") == Errors{"file:1: http: is a number; allowed: a section"});
  CHECK(errors_of_file("[log]\nlevel = 3\n") ==
        Errors{"file:2: log.level: is a number, must be a text; allowed: trace, debug, info, warn, "
               "error"});
}

TEST_CASE("a number just outside its range is refused, at its ends it is accepted") {
  CHECK(load({.sets = {"http.loops=0"}})->http.loops == 0);
  CHECK(load({.sets = {"http.loops=64"}})->http.loops == 64);
  CHECK(errors_of({.sets = {"http.loops=-1"}}) ==
        Errors{"--set: http.loops: -1 is out of range; allowed: 0..64"});
  CHECK(errors_of({.sets = {"http.loops=65"}}) ==
        Errors{"--set: http.loops: 65 is out of range; allowed: 0..64"});
}

TEST_CASE("a number is compared with its range before it is narrowed") {
  CHECK(errors_of_file("[http]\nport = 4295032912\n") ==  // 2^32 + 65616
        Errors{"file:2: http.port: 4295032912 is out of range; allowed: 0..65535"});
  CHECK(errors_of_file("[http]\nloops = 4294967297\n") ==  // 2^32 + 1
        Errors{"file:2: http.loops: 4294967297 is out of range; allowed: 0..64"});
  CHECK(errors_of({.sets = {"http.port=18446744073709551696"}}) ==  // 2^64 + 80
        Errors{"--set: http.port: 18446744073709551696 is out of range; allowed: 0..65535"});
}

TEST_CASE("a flag without a value, without a known key or without a number is refused") {
  const auto errors =
      errors_of({.sets = {"http.port", "http.prot=1", "http.port=8o", "http.port=", "=1"}});
  REQUIRE(errors.size() == 5);
  CHECK(errors[0] == "--set: http.port: has no value; allowed: key=value");
  CHECK(errors[1].starts_with("--set: http.prot: unknown key; section http has: host, port,"));
  CHECK(errors[2] == "--set: http.port: \"8o\" is no whole number; allowed: 0..65535");
  CHECK(errors[3] == "--set: http.port: is set but empty; allowed: 0..65535");
  CHECK(errors[4].starts_with("--set: : unknown key; the sections are: "));
}

TEST_CASE("all errors of all sources are reported at once, the file's in its order") {
  const SettingsFile file{"[log]\nlevel = \"loud\"\n[http]\nport = -1\nhost = \"everywhere\"\n"};
  const auto errors = errors_of({.file = file.path(),
                                 .sets = {"import.batch=0"},
                                 .env = environment({{"DATABASE_URL", "mysql://x"}})});
  REQUIRE(errors.size() == 5);
  CHECK(errors[0] ==
        "file:2: log.level: \"loud\" is none of the choices; allowed: trace, debug, info, warn, "
        "error");
  CHECK(errors[1] == "file:4: http.port: -1 is out of range; allowed: 0..65535");
  CHECK(errors[2] ==
        "file:5: http.host: \"everywhere\" is no address; allowed: an IPv4 or IPv6 address");
  CHECK(errors[3] ==
        "DATABASE_URL: database.url: does not start with sqlite: or postgres://; allowed: "
        "sqlite:<path> or postgres://<...>");
  CHECK(errors[4] == "--set: import.batch: 0 is out of range; allowed: 1..100000");
}

TEST_CASE("an error in the file is reported also where another source overrides the value") {
  const SettingsFile file{"[http]\nport = -1\n"};
  CHECK(errors_of({.file = file.path(), .sets = {"http.port=80"}}).size() == 1);
  CHECK(errors_of({.file = file.path(), .env = environment({{"PORT", "80"}})}).size() == 1);
}

TEST_CASE("a variable of the environment that a flag overrides may hold anything") {
  const auto env = environment({{"DATABASE_URL", "mysql://x"}, {"PORT", "x"}});
  const auto loaded = load(
      {.sets = {"http.port=80", "database.url=sqlite:a.db", "database.read_urls="}, .env = env});
  REQUIRE(loaded);
  CHECK(loaded->http.port == 80);
  CHECK(loaded->database.url == "sqlite:a.db");
  CHECK(errors_of({.sets = {"database.url", "http.portal=1"}, .env = env}).size() == 4);
}

TEST_CASE("what is no TOML is refused with its line") {
  const auto errors = errors_of_file("[http]\nport = \n");
  REQUIRE(errors.size() == 1);
  CHECK(errors[0].starts_with("file:2: "));
}

TEST_CASE("a key given twice is refused with its line") {
  const auto errors = errors_of_file("[http]\nport = 1\nport = 2\n");
  REQUIRE(errors.size() == 1);
  CHECK(errors[0].starts_with("file:3: "));
}

TEST_CASE("a file that is not there, and a folder, are refused by name") {
  CHECK(errors_of({.file = "/nowhere/rollcall.toml"}) ==
        Errors{"file: cannot be read: No such file or directory"});
  CHECK(errors_of({.file = "/tmp"}) == Errors{"file: cannot be read: Is a directory"});
}

TEST_CASE("an empty file leaves the defaults") { CHECK(errors_of_file("").empty()); }

TEST_CASE("the shortest delay before a reconnection can't be more than the longest") {
  CHECK(errors_of({.sets = {"database.reconnect_min_ms=600"}}) ==
        Errors{"--set: database.reconnect_min_ms: the first delay (600 ms) must not be more than "
               "the longest, database.reconnect_max_ms (500 ms)"});
  CHECK(load({.sets = {"database.reconnect_min_ms=500"}}));
}

TEST_CASE("a statement's timeout must be less than a request's") {
  CHECK(errors_of_file("[http]\nrequest_timeout_ms = 1000\n") ==
        Errors{"file:2: http.request_timeout_ms: a statement's timeout (1000 ms) must be less than "
               "a request's, http.request_timeout_ms (1000 ms)"});
  CHECK(errors_of({.sets = {"database.statement_timeout_ms=2000"}}) ==
        Errors{"--set: database.statement_timeout_ms: a statement's timeout (2000 ms) must be less "
               "than a request's, http.request_timeout_ms (2000 ms)"});
  CHECK(load({.sets = {"database.statement_timeout_ms=1999"}}));
}

TEST_CASE("limits that nest are not compared while one of them is wrong by itself") {
  CHECK(errors_of({.sets = {"http.request_timeout_ms=1", "database.statement_timeout_ms=5000"}})
            .size() == 1);
}

TEST_CASE("one port for both listeners is refused, unless the kernel chooses") {
  CHECK(errors_of({.sets = {"admin.port=8080"}}) ==
        Errors{"--set: admin.port: http.port and admin.port are both 8080 on one address; they "
               "must differ"});
  CHECK(load({.sets = {"admin.port=0", "http.port=0"}}));
}
