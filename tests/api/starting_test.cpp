// What the daemon needs to start: free ports, and a database that no other process uses.
#include <csignal>

#include "tests/support/catch.hpp"
#include "tests/support/daemon/daemon_process.hpp"
#include "tests/support/daemon/loops.hpp"
#include "tests/support/daemon/users.hpp"
#include "tests/support/sqlite/file.hpp"
#include "tests/support/text.hpp"

namespace rollcall::tests {

namespace {

/// Fails the test unless a start on this unusable database gives an error that names the file, or a
/// daemon that is not ready, answers 503 and names the file in its log.
void check_refused(const std::filesystem::path& file, bool obey_file_modes = false) {
  DaemonOptions options{.database = file};
  options.spawn.obey_file_modes = obey_file_modes;
  std::unique_ptr<DaemonProcess> daemon;
  try {
    daemon = std::make_unique<DaemonProcess>(options);
  } catch (const std::runtime_error& rejection) {
    const std::string why = rejection.what();
    INFO(why);
    CHECK(contains(why, "exit code 1:"));
    CHECK(contains(why, file.string()));
    check_no_sanitizer_report(why);
    return;
  }
  CHECK(ask_once(daemon->admin_port(), {.target = "/live"}).status == 200);
  CHECK(ask_once(daemon->admin_port(), {.target = "/ready"}).status == 503);
  HttpClient client(daemon->port());
  check_problem(client.write("POST", "/users", R"({"name":"Ada"})"), 503, "storage-unavailable",
                "/users");
  CHECK(contains(daemon->log(), file.string()));
}

}  // namespace

TEST_CASE("a port in use is a start-up error that names it") {
  DaemonProcess first({.loops = 3});
  const auto taken = [&](const std::string& key, std::uint16_t port) {
    const TempDir folder;
    auto arguments = serve_arguments({.database = folder / "users.db", .loops = 3});
    const auto outcome = run_command(
        arguments + std::vector<std::string>{"--set", key + "=" + std::to_string(port)});
    INFO(outcome.err);
    CHECK(outcome.exit_code == 1);
    CHECK(contains(outcome.err, "127.0.0.1:" + std::to_string(port)));
    CHECK_FALSE(contains(outcome.out, "listening"));
  };
  taken("http.port", first.port());
  taken("http.port", first.admin_port());
  taken("admin.port", first.port());
  CHECK(HttpClient(first.port()).get("/").status == 200);
}

TEST_CASE("a port is free again at once after a daemon that had connections") {
  auto first = std::make_unique<DaemonProcess>(DaemonOptions{.loops = GENERATE(1, 3)});
  const auto port = first->port();
  HttpClient client(port);
  REQUIRE(client.get("/", {{"Connection", "close"}}).status == 200);
  first.reset();
  DaemonProcess second({.set = {"http.port=" + std::to_string(port)}});
  CHECK(second.port() == port);
}

TEST_CASE("a second daemon on one database is refused with the pid of the first") {
  DaemonProcess first({.loops = 3});
  const auto outcome = run_command(serve_arguments({.database = first.database(), .loops = 3}));
  INFO(outcome.err);
  CHECK(outcome.exit_code == 1);
  CHECK(contains(outcome.err, std::to_string(first.pid())));
  CHECK(contains(outcome.err, first.database().string()));
  CHECK(HttpClient(first.port()).get("/users").status == 200);
}

TEST_CASE("a second daemon that uses another path to the file is refused too") {
  const TempDir folder;
  DaemonProcess first({.database = folder / "users.db"});
  std::filesystem::create_symlink(folder / "users.db", folder / "other.db");
  const auto outcome = run_command(serve_arguments({.database = folder / "other.db"}));
  INFO(outcome.err);
  CHECK(outcome.exit_code == 1);
  CHECK(contains(outcome.err, std::to_string(first.pid())));
}

TEST_CASE("an import or a migration beside a daemon is refused with its pid") {
  DaemonProcess daemon({.loops = 3});
  const auto on_its_file = on_database(daemon.database());
  for (const auto& words : {std::vector<std::string>{"import", sample_users().string()},
                            std::vector<std::string>{"migrate"}}) {
    const auto outcome = run_command(words + on_its_file);
    INFO(outcome.err);
    CHECK(outcome.exit_code == 1);
    CHECK(contains(outcome.err, std::to_string(daemon.pid())));
  }
  CHECK(HttpClient(daemon.port()).get("/users").json().at("users").empty());
}

TEST_CASE("a killed daemon blocks no later start") {
  const TempDir folder;
  {
    DaemonProcess first({.database = folder / "users.db"});
    HttpClient client(first.port());
    create_user(client, "Ada");
    first.kill();
  }
  DaemonProcess second({.database = folder / "users.db"});
  CHECK(HttpClient(second.port()).get("/users/1").status == 200);
}

TEST_CASE("a file that is not SQLite is refused by name, and left as it is") {
  const TempDir folder;
  std::string text;
  for (int i = 0; i < 1'000; ++i) text += "This is a letter, not a database.\n";
  write_file(folder / "letter.db", text);
  check_refused(folder / "letter.db");
  CHECK(read_file(folder / "letter.db") == text);
}

TEST_CASE("a database of another program is refused by name") {
  const TempDir folder;
  SqliteFile(folder / "other.db").execute("CREATE TABLE users (nick TEXT)");
  check_refused(folder / "other.db");
}

TEST_CASE("a folder in place of the database is refused by name") {
  const TempDir folder;
  std::filesystem::create_directory(folder / "folder.db");
  check_refused(folder / "folder.db");
}

TEST_CASE("a database that is read-only is refused by name") {
  const TempDir folder;
  import_sample(folder / "users.db");
  for (const auto& entry : std::filesystem::directory_iterator(folder.path())) {
    std::filesystem::permissions(entry, std::filesystem::perms(0444));
  }
  check_refused(folder / "users.db", true);
}

TEST_CASE("a database in a folder that is read-only is refused by name") {
  const TempDir folder;
  std::filesystem::create_directory(folder / "closed");
  import_sample(folder / "closed/users.db");
  std::filesystem::permissions(folder / "closed", std::filesystem::perms(0555));
  check_refused(folder / "closed/users.db", true);
  std::filesystem::permissions(folder / "closed", std::filesystem::perms(0755));
}

TEST_CASE("a schema that is too new for this binary is refused by name") {
  const TempDir folder;
  import_sample(folder / "users.db");
  {
    SqliteFile file(folder / "users.db");
    const auto newest = file.number("SELECT max(version) FROM schema_migrations");
    const auto next = std::to_string(newest + 1);
    file.execute("INSERT INTO schema_migrations VALUES (" + next + ", 'from the future', " + next +
                 ", 0)");
  }
  check_refused(folder / "users.db");
}

TEST_CASE("a newer schema that still works with this binary is served") {
  const TempDir folder;
  import_sample(folder / "users.db");
  {
    SqliteFile file(folder / "users.db");
    const auto newest = file.number("SELECT max(version) FROM schema_migrations");
    file.execute("INSERT INTO schema_migrations VALUES (" + std::to_string(newest + 1) +
                 ", 'a new index', " + std::to_string(newest) + ", 0)");
  }
  DaemonProcess daemon({.database = folder / "users.db"});
  CHECK(HttpClient(daemon.port()).get("/users/42").status == 200);
}

TEST_CASE("migrate creates the schema once, and reports when there is nothing to do") {
  const TempDir folder;
  const auto words = std::vector<std::string>{"migrate"} + on_database(folder / "users.db");
  const auto first = run_command(words);
  INFO(first.err);
  CHECK(first.exit_code == 0);
  const auto size = std::filesystem::file_size(folder / "users.db");
  CHECK(size > 0);
  const auto second = run_command(words);
  CHECK(second.exit_code == 0);
  CHECK(second.out != first.out);
  DaemonProcess daemon({.database = folder / "users.db"});
  CHECK(HttpClient(daemon.port()).get("/users").status == 200);
}

TEST_CASE("the database is created, with its folder, where there is none") {
  const TempDir folder;
  DaemonProcess daemon({.database = folder / "deep/down/users.db", .loops = 3});
  CHECK(HttpClient(daemon.port()).get("/users").status == 200);
  wait_for_ready(daemon.admin_port());
}

}  // namespace rollcall::tests
