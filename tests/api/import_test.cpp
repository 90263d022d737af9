// `rollcall import`: what is imported, what is skipped, and what is reported.
#include <algorithm>

#include "tests/support/catch.hpp"
#include "tests/support/daemon/users.hpp"
#include "tests/support/text.hpp"

namespace rollcall::tests {

namespace {

/// A database and files to import into it.
class ImportFixture {
 public:
  Outcome import(const std::string& name, const std::string& text,
                 const std::vector<std::string>& options = {}) {
    write_file(folder_ / name, text);
    return run_command(std::vector<std::string>{"import", (folder_ / name).string()} + options +
                       on_database(database()));
  }
  /// The users, as `export` writes them, one JSON object each.
  std::vector<Json> users() {
    const auto outcome = run_command(std::vector<std::string>{"export"} + on_database(database()));
    REQUIRE(outcome.exit_code == 0);
    std::vector<Json> all;
    std::size_t start = 0;
    for (auto end = outcome.out.find('\n'); end != std::string::npos;
         end = outcome.out.find('\n', start)) {
      all.push_back(Json::parse(outcome.out.substr(start, end - start)));
      start = end + 1;
    }
    CHECK(start == outcome.out.size());
    return all;
  }
  std::filesystem::path database() const { return folder_ / "users.db"; }
  std::string path_of(const std::string& name) const { return (folder_ / name).string(); }

 private:
  TempDir folder_;
};

std::vector<std::string> names_of(const std::vector<Json>& users) {
  std::vector<std::string> names;
  for (const auto& user : users) names.push_back(user.at("name"));
  return names;
}

std::vector<std::int64_t> ids_of(const std::vector<Json>& users) {
  std::vector<std::int64_t> ids;
  for (const auto& user : users) ids.push_back(user.at("id"));
  return ids;
}

}  // namespace

TEST_CASE("the sample is 1,000 users, numbered in the order of the file") {
  ImportFixture fixture;
  import_sample(fixture.database());
  const auto users = fixture.users();
  REQUIRE(users.size() == 1'000);
  bool in_order = true;
  for (std::size_t i = 0; i < users.size(); ++i) {
    in_order = in_order && users[i].at("id") == i + 1 &&
               users[i].at("name") == "User " + std::to_string(i + 1) &&
               users[i].at("version") == 1;
  }
  CHECK(in_order);
}

TEST_CASE("a bad line is reported with its number and its reason, and skipped") {
  ImportFixture fixture;
  const auto outcome = fixture.import("people.ndjson",
                                      "{\"name\":\"Ada\",\"email\":\"ada@example.org\"}\n"
                                      "not json\n"
                                      "{\"name\":\"\"}\n"
                                      "{\"name\":\"Bob\",\"email\":\"nobody\"}\n"
                                      "{\"name\":\"Cid\",\"colour\":\"red\"}\n"
                                      "{\"name\":\"Dan\",\"email\":\"ADA@example.org\"}\n"
                                      "[1]\n"
                                      "{\"name\":\"\xff\"}\n"
                                      "{\"name\":\"Eve\",\"name\":\"Eva\"}\n"
                                      "{\"name\":42}\n"
                                      "{\"name\":\"Flo\"}");
  INFO(outcome.out << outcome.err);
  CHECK(outcome.exit_code == 3);
  CHECK(names_of(fixture.users()) == std::vector<std::string>{"Ada", "Flo"});
  CHECK(ids_of(fixture.users()) == std::vector<std::int64_t>{1, 2});
  for (const int line : {2, 3, 4, 5, 6, 7, 8, 9, 10}) {
    CHECK(contains(outcome.err, "people.ndjson:" + std::to_string(line) + ": "));
  }
  for (const int line : {1, 11}) {
    CHECK_FALSE(contains(outcome.err, "people.ndjson:" + std::to_string(line) + ": "));
  }
  CHECK(contains(outcome.err, "name"));
  CHECK(contains(outcome.err, "ADA@example.org"));
  CHECK(contains(outcome.err, "colour"));
}

TEST_CASE("an import without a bad line says nothing on stderr and ends with 0") {
  ImportFixture fixture;
  const auto outcome = fixture.import("people.ndjson", sample_lines(10));
  CHECK(outcome.exit_code == 0);
  CHECK(outcome.err.empty());
  CHECK(contains(outcome.out, "10"));
}

TEST_CASE("--strict writes nothing where any line is bad, a taken e-mail included") {
  const std::string bad =
      GENERATE(std::string("{\"name\":\"\"}\n"),
               std::string("{\"name\":\"x\",\"email\":\"GUEST7@example.org\"}\n"),
               std::string("{\"name\":\"x\",\"email\":\"here@example.org\"}\n"),
               std::string("{\"id\":3,\"name\":\"x\"}\n"), std::string("nonsense\n"));
  ImportFixture fixture;
  REQUIRE(fixture.import("first.ndjson", "{\"name\":\"Here\",\"email\":\"here@example.org\"}\n")
              .exit_code == 0);
  const auto outcome = fixture.import("people.ndjson", sample_lines(1'500) + bad,
                                      {"--strict", "--set", "import.batch=100"});
  INFO(outcome.err);
  CHECK(outcome.exit_code == 1);
  CHECK(contains(outcome.err, "people.ndjson:1501: "));
  CHECK(names_of(fixture.users()) == std::vector<std::string>{"Here"});
}

TEST_CASE("--strict imports a file without an error") {
  ImportFixture fixture;
  CHECK(fixture.import("people.ndjson", sample_lines(1'500), {"--strict"}).exit_code == 0);
  CHECK(fixture.users().size() == 1'500);
}

TEST_CASE("a finished import is refused unless --again says so") {
  ImportFixture fixture;
  const std::string lines = "{\"name\":\"Ada\"}\n{\"name\":\"Eve\"}\n";
  REQUIRE(fixture.import("people.ndjson", lines).exit_code == 0);
  const auto refused = fixture.import("copy.ndjson", lines);  // the content counts, not the name
  INFO(refused.err);
  CHECK(refused.exit_code == 1);
  CHECK(contains(refused.err, "--again"));
  CHECK(fixture.users().size() == 2);
  CHECK(fixture.import("people.ndjson", lines, {"--again"}).exit_code == 0);
  CHECK(names_of(fixture.users()) == std::vector<std::string>{"Ada", "Eve", "Ada", "Eve"});
  CHECK(fixture.import("more.ndjson", lines + "{\"name\":\"Flo\"}\n").exit_code == 0);
}

TEST_CASE("--again reports the e-mails that are taken now") {
  ImportFixture fixture;
  REQUIRE(fixture.import("people.ndjson", sample_lines(3)).exit_code == 0);
  const auto again = fixture.import("people.ndjson", sample_lines(3), {"--again"});
  CHECK(again.exit_code == 3);
  for (const int line : {1, 2, 3}) {
    CHECK(contains(again.err, "people.ndjson:" + std::to_string(line) + ": "));
  }
  CHECK(fixture.users().size() == 3);
}

TEST_CASE("an id in a line is kept where it is free, and later ids start above it") {
  ImportFixture fixture;
  const auto outcome = fixture.import("people.ndjson",
                                      "{\"name\":\"A\"}\n"
                                      "{\"id\":50,\"name\":\"B\"}\n"
                                      "{\"name\":\"C\"}\n"
                                      "{\"id\":50,\"name\":\"D\"}\n"
                                      "{\"id\":7,\"name\":\"E\"}\n"
                                      "{\"name\":\"F\"}\n"
                                      "{\"id\":0,\"name\":\"G\"}\n"
                                      "{\"id\":\"8\",\"name\":\"H\"}\n");
  INFO(outcome.err);
  CHECK(outcome.exit_code == 3);
  CHECK(contains(outcome.err, "people.ndjson:4: "));
  CHECK(contains(outcome.err, "50"));
  CHECK(contains(outcome.err, "people.ndjson:7: "));
  CHECK(contains(outcome.err, "people.ndjson:8: "));
  CHECK(names_of(fixture.users()) == std::vector<std::string>{"A", "E", "B", "C", "F"});
  CHECK(ids_of(fixture.users()) == std::vector<std::int64_t>{1, 7, 50, 51, 52});
  DaemonProcess daemon({.database = fixture.database()});
  HttpClient client(daemon.port());
  CHECK(create_user(client, "Z") == 53);
}

TEST_CASE("CSV is read by its header, with quotes, commas and line ends inside") {
  ImportFixture fixture;
  const auto outcome = fixture.import("people.csv",
                                      "email,name\r\n"
                                      "ada@example.org,\"Lovelace, Ada\"\r\n"
                                      ",\"The \"\"Great\"\" Bob\"\r\n"
                                      "eve@example.org,Eve\n"
                                      "x,bad e-mail\n"
                                      ",\"two\nlines\"\n"
                                      "only one\n"
                                      "flo@example.org,Flo");
  INFO(outcome.err);
  CHECK(outcome.exit_code == 3);
  const auto users = fixture.users();
  CHECK(names_of(users) ==
        std::vector<std::string>{"Lovelace, Ada", "The \"Great\" Bob", "Eve", "Flo"});
  CHECK(users.at(0).at("email") == "ada@example.org");
  CHECK(users.at(1).at("email").is_null());
  CHECK(contains(outcome.err, "people.csv:5: "));
  CHECK(contains(outcome.err, "people.csv:6"));
  CHECK(contains(outcome.err, "people.csv:8: "));
}

TEST_CASE("--format passwd takes the accounts of the machine itself") {
  ImportFixture fixture;
  const auto outcome =
      run_command(std::vector<std::string>{"import", "--format", "passwd", "/etc/passwd"} +
                  on_database(fixture.database()));
  INFO(outcome.err);
  CHECK((outcome.exit_code == 0 || outcome.exit_code == 3));
  const auto names = names_of(fixture.users());
  CHECK(std::count(names.begin(), names.end(), "root") == 1);
}

TEST_CASE("a line of passwd gives the full name, or else the login") {
  ImportFixture fixture;
  const auto outcome = fixture.import("accounts",
                                      "ada:x:1000:1000:Ada Lovelace,Room 1,,:/home/ada:/bin/sh\n"
                                      "bob:x:1001:1001::/home/bob:/bin/sh\n"
                                      "broken line\n",
                                      {"--format", "passwd"});
  CHECK(outcome.exit_code == 3);
  CHECK(contains(outcome.err, "accounts:3: "));
  CHECK(names_of(fixture.users()) == std::vector<std::string>{"Ada Lovelace", "bob"});
}

TEST_CASE("a file that is missing, or of no known format, is refused by name") {
  ImportFixture fixture;
  const auto missing = run_command(std::vector<std::string>{"import", fixture.path_of("none.csv")} +
                                   on_database(fixture.database()));
  CHECK(missing.exit_code == 1);
  CHECK(contains(missing.err, "none.csv"));
  CHECK(fixture.import("people.xls", "x").exit_code == 2);
}

TEST_CASE("an empty file imports nobody") {
  ImportFixture fixture;
  CHECK(fixture.import("people.ndjson", "").exit_code == 0);
  CHECK(fixture.users().empty());
}

}  // namespace rollcall::tests
