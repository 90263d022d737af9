// `rollcall export` writes what import reads.
#include <algorithm>

#include "tests/support/catch.hpp"
#include "tests/support/daemon/users.hpp"

namespace rollcall::tests {

namespace {

Outcome export_from(const std::filesystem::path& database,
                    const std::vector<std::string>& options = {}) {
  return run_command(std::vector<std::string>{"export"} + options + on_database(database));
}

/// Fills a database: with gaps in the ids, changed users, names with quotes and in many scripts.
void fill(const std::filesystem::path& database) {
  import_sample(database);
  DaemonProcess daemon({.database = database});
  HttpClient client(daemon.port());
  for (const std::string name :
       {"O'Hara, \"Pat\"", "Åsa 李雷 🙂", "-1", "=SUM(A1)", "a;b", "\\N", "null"}) {
    create_user(client, name);
  }
  REQUIRE(client.write("PATCH", "/users/7", R"({"name":"Seven","email":null})").status == 200);
  REQUIRE(client.ask({.method = "DELETE", .target = "/users/8"}).status == 204);
}

}  // namespace

TEST_CASE("an export that is imported and exported again is the same") {
  const std::string format = GENERATE(std::string("ndjson"), std::string("csv"));
  const TempDir folder;
  fill(folder / "users.db");
  const auto first = export_from(folder / "users.db", {"--format", format});
  REQUIRE(first.exit_code == 0);
  const auto file = folder / ("exported." + format);
  write_file(file, first.out);
  const auto imported = run_command(std::vector<std::string>{"import", file.string()} +
                                    on_database(folder / "copy.db"));
  INFO(imported.err);
  CHECK(imported.exit_code == 0);
  const auto second = export_from(folder / "copy.db", {"--format", format});
  CHECK(second.exit_code == 0);
  CHECK(second.out == first.out);
}

TEST_CASE("what is exported is what the daemon answers") {
  const TempDir folder;
  fill(folder / "users.db");
  const auto exported = export_from(folder / "users.db");
  DaemonProcess daemon({.database = folder / "users.db"});
  HttpClient client(daemon.port());
  std::string answered;
  std::string target = "/users?limit=500";
  while (!target.empty()) {
    const auto page = client.get(target).json();
    for (const auto& user : page.at("users")) answered += user.dump() + "\n";
    target = page.at("next").is_null() ? "" : page.at("next").get<std::string>();
  }
  CHECK(exported.out == answered + "{\"id\":8,\"deleted\":true}\n");
}

TEST_CASE("a database made of an NDJSON export reuses no id of a deleted user, CSV warns of it") {
  const TempDir folder;
  fill(folder / "users.db");
  {
    DaemonProcess daemon({.database = folder / "users.db"});
    HttpClient client(daemon.port());
    REQUIRE(client.ask({.method = "DELETE", .target = "/users/1007"}).status == 204);
  }
  CHECK(
      export_from(folder / "users.db", {"--format", "csv"}).err.find("the ids of deleted users") !=
      std::string::npos);
  const auto exported = export_from(folder / "users.db");
  CHECK(exported.err.empty());
  write_file(folder / "exported.ndjson", exported.out);
  const auto imported =
      run_command(std::vector<std::string>{"import", (folder / "exported.ndjson").string()} +
                  on_database(folder / "copy.db"));
  CHECK(imported.out == "imported 1005 users and the ids of 2 deleted ones\n");
  DaemonProcess daemon({.database = folder / "copy.db"});
  HttpClient client(daemon.port());
  CHECK(create_user(client, "New") == 1'008);
}

TEST_CASE("an export runs beside a daemon") {
  SampleDaemon sample;
  const auto exported = export_from(sample.process().database());
  CHECK(exported.exit_code == 0);
  CHECK(std::count(exported.out.begin(), exported.out.end(), '\n') == 1'000);
  auto client = sample.connect();
  CHECK(create_user(client, "Ada") == 1'001);
}

TEST_CASE("an export of a missing database is refused, and creates none") {
  const TempDir folder;
  const auto outcome = export_from(folder / "none.db");
  CHECK(outcome.exit_code == 1);
  CHECK(outcome.err.find("none.db") != std::string::npos);
  CHECK_FALSE(std::filesystem::exists(folder / "none.db"));
}

}  // namespace rollcall::tests
