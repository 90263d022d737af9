// The command line and the settings, from every source.
#include <csignal>

#include "tests/support/catch.hpp"
#include "tests/support/daemon/daemon_process.hpp"
#include "tests/support/http/client.hpp"
#include "tests/support/places.hpp"
#include "tests/support/text.hpp"

namespace rollcall::tests {

TEST_CASE("check-config accepts the documented settings") {
  const auto outcome =
      run_command({"check-config", "--config", source_path("config/rollcall.toml")});
  INFO(outcome.err);
  CHECK(outcome.exit_code == 0);
  CHECK(outcome.err.empty());
}

TEST_CASE("all errors of a file are named at once, each with its line and key") {
  const TempDir folder;
  const auto file = folder / "rollcall.toml";
  write_file(file,
             "[http]\n"
             "port = 65536\n"
             "loops = \"three\"\n"
             "colour = 1\n"
             "[database]\n"
             "url = \"mysql:x\"\n"
             "[nonsense]\n"
             "x = 1\n"
             "[log]\n"
             "level = \"loud\"\n");
  for (const std::string command : {"check-config", "serve", "migrate", "export"}) {
    const auto outcome = run_command({command, "--config", file.string()});
    INFO(command << ": " << outcome.err);
    CHECK(outcome.exit_code == 2);
    CHECK(outcome.out.empty());
    const auto at = [&](int line) { return file.string() + ":" + std::to_string(line) + ": "; };
    CHECK(contains(outcome.err, at(2) + "http.port: "));
    CHECK(contains(outcome.err, at(3) + "http.loops: "));
    CHECK(contains(outcome.err, at(4) + "http.colour: "));
    CHECK(contains(outcome.err, at(6) + "database.url: "));
    CHECK((contains(outcome.err, at(7) + "nonsense") || contains(outcome.err, at(8) + "nonsense")));
    CHECK(contains(outcome.err, at(10) + "log.level: "));
  }
}

TEST_CASE("a file that is no TOML, or is missing, is refused by name") {
  const TempDir folder;
  const auto file = folder / "rollcall.toml";
  write_file(file, "[http]\nport = = 1\n");
  const auto broken = run_command({"check-config", "--config", file.string()});
  CHECK(broken.exit_code == 2);
  CHECK(contains(broken.err, file.string() + ":2"));
  const auto missing = run_command({"check-config", "--config", (folder / "none.toml").string()});
  CHECK(missing.exit_code == 2);
  CHECK(contains(missing.err, "none.toml"));
}

TEST_CASE("limits that do not nest are refused") {
  const auto statement = run_command({"check-config", "--set", "http.request_timeout_ms=1000",
                                      "--set", "database.statement_timeout_ms=1000"});
  INFO(statement.err);
  CHECK(statement.exit_code == 2);
  CHECK(contains(statement.err, "statement_timeout_ms"));
}

TEST_CASE("a wrong --set, DATABASE_URL or PORT is refused by its name") {
  const auto flag = run_command({"check-config", "--set", "http.port=many", "--set", "http.prt=1"});
  INFO(flag.err);
  CHECK(flag.exit_code == 2);
  CHECK(contains(flag.err, "http.port"));
  CHECK(contains(flag.err, "http.prt"));
  const auto environment = run_command(
      {"check-config"}, {.environment = {{"PORT", "99999"}, {"DATABASE_URL", "mysql:x"}}});
  INFO(environment.err);
  CHECK(environment.exit_code == 2);
  CHECK(contains(environment.err, "PORT"));
  CHECK(contains(environment.err, "DATABASE_URL"));
}

TEST_CASE("check-config tells the memory of connections, and its output is a settings file") {
  const auto plain = run_command({"check-config"});
  CHECK(contains(plain.out,
                 "\n# 10000 idle connections of 8 KiB take 78 MiB, with "
                 "http.max_buffered_mib 334 MiB.\n"));
  const auto other = run_command({"check-config", "--set", "http.max_connections=131072", "--set",
                                  "http.max_buffered_mib=2000"});
  CHECK(contains(other.out, "take 1024 MiB, with http.max_buffered_mib 3024 MiB.\n"));
  const TempDir folder;
  write_file(folder / "shown.toml", other.out);
  CHECK(run_command({"check-config", "--config", (folder / "shown.toml").string()}).out ==
        other.out);
}

TEST_CASE("a flag overrides the environment, that the file, that the default") {
  const TempDir folder;
  const auto file = folder / "rollcall.toml";
  write_file(file, "[http]\nport = 1111\n[database]\nurl = \"sqlite:from-file.db\"\n");
  const std::vector<std::string> with_file{"check-config", "--config", file.string()};
  const auto plain = run_command({"check-config"});
  CHECK(contains(plain.out, "port = 8080"));
  CHECK(contains(plain.out, "sqlite:var/rollcall.db"));
  const auto from_file = run_command(with_file);
  CHECK(contains(from_file.out, "port = 1111"));
  CHECK(contains(from_file.out, "sqlite:from-file.db"));
  const Surroundings around{
      .environment = {{"PORT", "2222"}, {"DATABASE_URL", "sqlite:from-environment.db"}}};
  const auto from_environment = run_command(with_file, around);
  CHECK(contains(from_environment.out, "port = 2222"));
  CHECK(contains(from_environment.out, "sqlite:from-environment.db"));
  const auto from_flag =
      run_command(with_file + std::vector<std::string>{"--set", "http.port=3333", "--set",
                                                       "database.url=sqlite:from-flag.db"},
                  around);
  CHECK(contains(from_flag.out, "port = 3333"));
  CHECK(contains(from_flag.out, "sqlite:from-flag.db"));
}

TEST_CASE("the daemon itself uses DATABASE_URL and PORT") {
  const TempDir folder;
  const auto file = folder / "environment.db";
  // PORT 0: the kernel chooses the port. No flag sets the database.
  Spawn spawn{.arguments = {"serve", "--set", "admin.port=0"},
              .environment = {{"PORT", "0"}, {"DATABASE_URL", "sqlite:" + file.string()}}};
  spawn.stderr_file = folder / "stderr";
  ChildProcess daemon(spawn);
  const auto line = daemon.read_line();
  INFO(read_file(folder / "stderr"));
  REQUIRE(line.has_value());
  CHECK(line->starts_with("listening on http://127.0.0.1:"));
  CHECK_FALSE(line->starts_with("listening on http://127.0.0.1:8080 "));
  CHECK(std::filesystem::exists(file));
  daemon.signal(SIGTERM);
  CHECK(daemon.wait() == 0);
}

TEST_CASE("settings may stand before or after the command, and the options of a command anywhere") {
  const auto before = run_command({"--set", "http.port=1234", "check-config"});
  CHECK(before.exit_code == 0);
  CHECK(contains(before.out, "port = 1234"));
  const auto after = run_command({"check-config", "--set", "http.port=1234"});
  CHECK(after.out == before.out);
}

TEST_CASE("what check-config prints is a file that it reads as the same settings") {
  const TempDir folder;
  const auto first = run_command({"check-config", "--set", "http.loops=7"});
  write_file(folder / "printed.toml", first.out);
  const auto second = run_command({"check-config", "--config", (folder / "printed.toml").string()});
  INFO(second.err);
  CHECK(second.exit_code == 0);
  CHECK(second.out == first.out);
}

TEST_CASE("wrong arguments are a usage error, help and version are not") {
  for (const std::vector<std::string>& words :
       {std::vector<std::string>{}, {"fly"}, {"serve", "--fast"}, {"import"}, {"serve", "--set"}}) {
    const auto outcome = run_command(words);
    INFO(outcome.err);
    CHECK(outcome.exit_code == 2);
    CHECK_FALSE(outcome.err.empty());
  }
  const auto help = run_command({"--help"});
  CHECK(help.exit_code == 0);
  for (const std::string command : {"serve", "import", "export", "migrate", "check-config"}) {
    CHECK(contains(help.out, command));
  }
  const auto version = run_command({"version"});
  CHECK(version.exit_code == 0);
  CHECK(contains(version.out, "rollcall 0.1.0"));
}

TEST_CASE("a listener beyond this machine is refused unless --insecure says so") {
  const auto outcome = run_command({"serve", "--set", "http.host=0.0.0.0", "--set", "http.port=0"});
  INFO(outcome.err);
  CHECK(outcome.exit_code == 2);
  CHECK(contains(outcome.err, "http.host"));
  CHECK(contains(outcome.err, "--insecure"));
}

}  // namespace rollcall::tests
