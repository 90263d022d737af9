#include "app/cli.hpp"

#include <cstdlib>
#include <iostream>
#include <optional>
#include <sstream>
#include <vector>

#include <unistd.h>

#include "config/exit_code.hpp"
#include "db/sqlite/database.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/temp_dir.hpp"

using rollcall::app::exit_done;
using rollcall::app::exit_failure;
using rollcall::app::exit_skipped;
using rollcall::app::exit_usage;
using rollcall::config::Settings;
using rollcall::tests::TempDir;
using rollcall::tests::write_file;

namespace {

/// Captures what is written to a stream while this lives.
class Captured {
 public:
  explicit Captured(std::ostream& stream) : stream_(stream), before_(stream.rdbuf(&buffer_)) {}
  ~Captured() { stream_.rdbuf(before_); }
  Captured(const Captured&) = delete;
  Captured& operator=(const Captured&) = delete;
  std::string text() const { return buffer_.str(); }

 private:
  std::stringbuf buffer_{};
  std::ostream& stream_;
  std::streambuf* before_;
};

/// Sets an environment variable while this lives.
class Variable {
 public:
  // NOLINTBEGIN(concurrency-mt-unsafe): this program has one thread
  Variable(const char* name, const char* value) : name_(name) { setenv(name, value, 1); }
  ~Variable() { unsetenv(name_); }
  // NOLINTEND(concurrency-mt-unsafe)
  Variable(const Variable&) = delete;
  Variable& operator=(const Variable&) = delete;

 private:
  const char* name_;
};

struct Outcome {
  int code;
  std::string out;
  std::string err;
  std::optional<Settings> served{};  // the settings that `serve` was called with
};

Outcome run_with(const std::vector<std::string>& arguments) {
  std::vector<const char*> argv{"rollcall"};
  for (const std::string& argument : arguments) argv.push_back(argument.c_str());
  const Captured out{std::cout};
  const Captured err{std::cerr};
  Outcome outcome;
  outcome.code = rollcall::app::run(static_cast<int>(argv.size()), argv.data(),
                                    [&](const Settings& settings, const rollcall::app::Reload&) {
                                      outcome.served = settings;
                                      return 17;
                                    });
  outcome.out = out.text();
  outcome.err = err.text();
  return outcome;
}

bool mentions(const std::string& text, const std::string& part) {
  return text.find(part) != std::string::npos;
}

}  // namespace

TEST_CASE("serve is called with the settings, and its exit code is the process's") {
  const Outcome outcome = run_with({"serve"});
  CHECK(outcome.code == 17);
  REQUIRE(outcome.served);
  CHECK(*outcome.served == Settings{});
}

TEST_CASE("settings may stand before the subcommand and after it, the last one counts") {
  const Outcome outcome = run_with({"--set", "http.port=1", "-s", "http.loops=2", "serve", "--set",
                                    "http.port=3", "--set=admin.port=4"});
  REQUIRE(outcome.served);
  CHECK(outcome.served->http.port == 3);
  CHECK(outcome.served->http.loops == 2);
  CHECK(outcome.served->admin.port == 4);
}

TEST_CASE("a settings file may be named before the subcommand or after it") {
  const TempDir folder;
  const std::string path = (folder / "a.toml").string();
  write_file(path, "[http]\nport = 9\n");
  REQUIRE(run_with({"--config", path, "serve"}).served);
  CHECK(run_with({"--config", path, "serve"}).served->http.port == 9);
  CHECK(run_with({"serve", "--config", path}).served->http.port == 9);
}

TEST_CASE("DATABASE_URL and PORT of the real environment are read") {
  const Variable url{"DATABASE_URL", "sqlite:/tmp/other.db"};
  const Variable port{"PORT", "5000"};
  const Outcome outcome = run_with({"serve"});
  REQUIRE(outcome.served);
  CHECK(outcome.served->database.url == "sqlite:/tmp/other.db");
  CHECK(outcome.served->http.port == 5000);
}

TEST_CASE("errors of the settings end any subcommand before it begins, all at once, with code 2") {
  const std::string command =
      GENERATE(as<std::string>{}, "serve", "migrate", "export", "check-config");
  const Outcome outcome = run_with({command, "--set", "http.port=x", "--set", "log.level=loud"});
  CHECK(outcome.code == exit_usage);
  CHECK_FALSE(outcome.served);
  CHECK(outcome.err ==
        "--set: http.port: \"x\" is no whole number; allowed: 0..65535\n"
        "--set: log.level: \"loud\" is none of the choices; allowed: trace, debug, info, warn, "
        "error\n");
}

TEST_CASE("a listener that other machines can reach needs --insecure") {
  const std::vector<std::string> open{"serve", "--set", "http.host=0.0.0.0"};
  const Outcome refused = run_with(open);
  CHECK(refused.code == exit_usage);
  CHECK_FALSE(refused.served);
  CHECK(mentions(refused.err, "http.host: 0.0.0.0 can be reached from other machines"));
  auto accepted = open;
  accepted.emplace_back("--insecure");
  CHECK(run_with(accepted).served);
}

TEST_CASE("wrong arguments are a usage error") {
  using Arguments = std::vector<std::string>;
  const auto arguments = GENERATE(values<Arguments>({{},
                                                     {"bogus"},
                                                     {"serve", "extra"},
                                                     {"import"},
                                                     {"serve", "--set"},
                                                     {"export", "--format", "xml"},
                                                     {"serve", "--strict"}}));
  const Outcome outcome = run_with(arguments);
  CHECK(outcome.code == exit_usage);
  CHECK_FALSE(outcome.err.empty());
  CHECK(outcome.out.empty());
}

TEST_CASE("a command that does not exist is named") {
  const Outcome outcome = run_with({"serv"});
  CHECK(outcome.code == exit_usage);
  CHECK(mentions(outcome.err, "unknown command: serv\n"));
}

TEST_CASE("a URL in the wrong place is reported without its password") {
  const Outcome outcome = run_with({"serve", "--set", "http.port=1", "postgres://u:secret@h/db"});
  CHECK(outcome.code == exit_usage);
  CHECK(mentions(outcome.err, "postgres://***\n"));
  CHECK_FALSE(mentions(outcome.err, "secret"));
}

TEST_CASE("help is printed to stdout and is no failure") {
  const std::string command = GENERATE(as<std::string>{}, "serve", "import", "export", "migrate",
                                       "check-config", "version");
  CHECK(mentions(run_with({"--help"}).out, command));
  const Outcome outcome = run_with({command, "--help"});
  CHECK(outcome.code == exit_done);
  CHECK(mentions(outcome.out, "--config"));
  CHECK(mentions(outcome.out, "--set"));
  CHECK_FALSE(outcome.served);
}

TEST_CASE("version names the program and its libraries") {
  const Outcome outcome = run_with({"version"});
  CHECK(outcome.code == exit_done);
  CHECK(outcome.out.starts_with("rollcall " ROLLCALL_VERSION "\n"));
  CHECK(mentions(outcome.out, "SQLite 3."));
  CHECK(mentions(outcome.out, "libpq 1"));
}

TEST_CASE("check-config prints the settings in effect as a settings file") {
  const Outcome outcome = run_with({"check-config", "--set", "http.port=9"});
  CHECK(outcome.code == exit_done);
  CHECK(outcome.out.starts_with("[http]\nhost = \"127.0.0.1\"\nport = 9\n"));
  CHECK(outcome.err.empty());
}

TEST_CASE("check-config prints URLs without their passwords") {
  const Outcome outcome = run_with({"check-config", "-s", "database.url=postgres://u:secret@h/db"});
  CHECK(outcome.code == exit_done);
  CHECK(mentions(outcome.out, "url = \"postgres://u:***@h/db\"\n"));
  CHECK_FALSE(mentions(outcome.out, "secret"));
}

TEST_CASE("migrate applies what is missing, once, and a dry run only says so") {
  const TempDir folder;
  const std::string path = (folder / "a.db").string();
  const std::string database = "database.url=sqlite:" + path;
  CHECK(mentions(run_with({"migrate", "--dry-run", "-s", database}).out, "would apply 1 users"));
  CHECK_FALSE(std::filesystem::exists(path));
  CHECK(mentions(run_with({"migrate", "-s", database}).out, "applied 1 users"));
  const Outcome second = run_with({"migrate", "-s", database});
  CHECK(second.code == exit_done);
  CHECK(mentions(second.out, "nothing to apply"));
}

TEST_CASE("import and export go from and to files, with options before and after the file") {
  const TempDir folder;
  const std::string database = "database.url=sqlite:" + (folder / "a.db").string();
  const std::string file = (folder / "users.csv").string();
  write_file(file, "name\nAda\n\"\"\n");
  const Outcome imported = run_with({"import", "--set", database, file, "--set", "import.batch=1"});
  CHECK(imported.code == exit_skipped);
  CHECK(imported.out == "imported 1 users; skipped 1\n");
  CHECK(imported.err.starts_with(file + ":3: name: is empty"));
  const Outcome refused = run_with({"import", file, "--set", database});
  CHECK(refused.code == exit_failure);
  CHECK(mentions(refused.err, "--again"));
  CHECK(run_with({"import", "--again", "--strict", file, "--set", database}).code == exit_failure);
  const Outcome exported = run_with({"export", "--set", database});
  CHECK(exported.code == exit_done);
  CHECK(exported.out.starts_with("{\"id\":1,\"username\":null,\"name\":\"Ada\",\"email\":null,"));
}

TEST_CASE("an import without skipped lines ends with code 0") {
  const TempDir folder;
  const std::string file = (folder / "passwd").string();
  write_file(file, "root:x:0:0:root:/root:/bin/bash\n");
  const std::string database = "database.url=sqlite:" + (folder / "a.db").string();
  CHECK(run_with({"import", "--format", "passwd", file, "-s", database}).code == exit_done);
}

TEST_CASE("a file whose format is not given is refused") {
  const Outcome outcome = run_with({"import", "/etc/passwd"});
  CHECK(outcome.code == exit_usage);
  CHECK(mentions(outcome.err, "give --format"));
}

TEST_CASE("a missing file is said to be missing, also where its name tells no format") {
  const TempDir folder;
  const Outcome outcome = run_with({"import", (folder / "none").string()});
  CHECK(outcome.code == exit_failure);
  CHECK(mentions(outcome.err, "none: no such file\n"));
}

TEST_CASE("an import of a missing file creates no database") {
  const TempDir folder;
  const std::string path = (folder / "a.db").string();
  const Outcome outcome =
      run_with({"import", (folder / "none.csv").string(), "-s", "database.url=sqlite:" + path});
  CHECK(outcome.code == exit_failure);
  CHECK(mentions(outcome.err, "No such file or directory"));
  CHECK_FALSE(std::filesystem::exists(path));
}

TEST_CASE("an import into a database that is in use is refused with the holder's pid") {
  const TempDir folder;
  const auto path = folder / "a.db";
  const auto held = rollcall::db::SqliteDatabase::prepare(path);
  REQUIRE(held);
  write_file(folder / "users.csv", "name\nAda\n");
  const Outcome outcome = run_with(
      {"import", (folder / "users.csv").string(), "-s", "database.url=sqlite:" + path.string()});
  CHECK(outcome.code == exit_failure);
  CHECK(mentions(outcome.err, std::to_string(getpid())));
}

TEST_CASE("an export of a missing database is refused, and creates none") {
  const TempDir folder;
  const auto path = folder / "a.db";
  const Outcome outcome = run_with({"export", "-s", "database.url=sqlite:" + path.string()});
  CHECK(outcome.code == exit_failure);
  CHECK_FALSE(outcome.err.empty());
  CHECK_FALSE(std::filesystem::exists(path));
}

TEST_CASE("a PostgreSQL URL with what libpq will not take is refused by every command") {
  const std::string command = GENERATE(as<std::string>{}, "check-config", "serve", "migrate");
  const Outcome outcome =
      run_with({command, "--set", "database.url=postgres://u:secret@h/db?sslmode=verify_full"});
  CHECK(outcome.code == exit_usage);
  CHECK(mentions(outcome.err, "--set: database.url: parameter sslmode has a value that is none"));
  CHECK_FALSE(mentions(outcome.err, "secret"));
  CHECK_FALSE(outcome.served);
}
