// A start that waits: /ready reports the reason, a signal ends it, and it continues when it can.
#include <csignal>

#include "tests/support/catch.hpp"
#include "tests/support/daemon/loops.hpp"
#include "tests/support/daemon/users.hpp"
#include "tests/support/network/free_port.hpp"
#include "tests/support/postgres/service.hpp"
#include "tests/support/waiting.hpp"

namespace rollcall::tests {

namespace {

/// A daemon that does not listen yet.
class Starting {
 public:
  explicit Starting(const std::string& url, const std::vector<std::string>& set = {}) {
    DaemonOptions options = pg_node(url, 1, set);
    options.set.push_back("admin.port=" + std::to_string(admin_port_));
    Spawn spawn;
    spawn.arguments = serve_arguments(options);
    spawn.stderr_file = folder_ / "stderr";
    child_ = std::make_unique<ChildProcess>(spawn);
  }

  /// Waits until the daemon is alive, and reports that its schema waits for `what`.
  void wait_for(const std::string& what) const {
    wait_until("the admin side does not say: " + what, [&] {
      try {
        return ask_once(admin_port_, {.target = "/live"}).status == 200 &&
               ask_once(admin_port_, {.target = "/ready"}).status == 503 &&
               part_detail(admin_port_, "schema") == what;
      } catch (const ConnectionClosed&) {
        return false;
      }
    });
  }
  /// Sends the signal and returns the exit code.
  int stop(int number) {
    child_->signal(number);
    const auto exit_code = child_->wait();
    check_no_sanitizer_report(log());
    return exit_code.value_or(-1);
  }
  /// The line that says where it listens.
  std::string announcement() { return child_->read_line().value_or(""); }
  std::string log() const { return read_file(folder_ / "stderr"); }

 private:
  TempDir folder_;
  std::uint16_t admin_port_ = free_port();
  std::unique_ptr<ChildProcess> child_;
};

/// Another session, which holds its locks until it ends.
class Holder {
 public:
  Holder(const PgDatabase& database, const std::string& sql)
      : client_(std::make_unique<PgClient>(database.url() + "?application_name=holder")) {
    client_->execute(sql);
  }
  void let_go() { client_.reset(); }

 private:
  std::unique_ptr<PgClient> client_;
};

const char* const migrations_lock = "SELECT pg_advisory_lock(7311482911065104)";

}  // namespace

TEST_CASE("a daemon whose start waits for a silent host is ended by a signal") {
  const int number = GENERATE(SIGTERM, SIGINT);
  PgCluster cluster;
  const PgDatabase database(cluster);
  TcpProxy silent(cluster.port());
  silent.swallow();
  // Longer than this test may take.
  Starting daemon(url_through(silent, database), {"database.connect_timeout_ms=60000"});
  daemon.wait_for("connects to the database");
  CHECK(daemon.stop(number) == 0);
  CHECK(daemon.log().find("starting without it") == std::string::npos);
}

TEST_CASE("a daemon whose start waits for the lock of migrations is ended by a signal") {
  const int number = GENERATE(SIGTERM, SIGINT);
  const PgDatabase database;
  const Holder holder(database, migrations_lock);
  Starting daemon(database.url());
  daemon.wait_for("migrating");
  CHECK(daemon.stop(number) == 0);
}

TEST_CASE("a daemon waits for the lock of migrations without a time limit, and then serves") {
  const PgDatabase database;
  Holder holder(database, migrations_lock);
  Starting daemon(database.url(),
                  {"database.connect_timeout_ms=1500", "database.statement_timeout_ms=1500"});
  daemon.wait_for("migrating");
  wait_until("no statement waits for the lock for longer than any timeout of the daemon", [&] {
    return database.client().number(
               "SELECT count(*) FROM pg_stat_activity WHERE wait_event = 'advisory' AND "
               "clock_timestamp() - query_start > interval '3 s'") == 1;
  });
  holder.let_go();
  CHECK(daemon.announcement().find("listening on") == 0);
  CHECK(daemon.stop(SIGTERM) == 0);
}

TEST_CASE("a command waits for a lock without a time limit, and reports the holder") {
  const PgDatabase database;
  TempDir folder;
  const auto users = folder / "users.ndjson";
  write_file(users, sample_lines(3));
  const std::string held = GENERATE("the lock of migrations", "the table");
  const std::string command = GENERATE("migrate", "import", "export");
  INFO(command << " while another session holds " << held);
  const bool has_schema = held == "the table" || command == "export";
  if (has_schema) {
    REQUIRE(run_command(std::vector<std::string>{"migrate"} + on_url(database.url())).exit_code ==
            0);
  }
  Holder holder(database, held == "the table" ? "BEGIN; LOCK TABLE users, schema_migrations"
                                              : migrations_lock);
  Spawn spawn;
  spawn.arguments = std::vector<std::string>{command} + on_url(database.url()) +
                    std::vector<std::string>{"--set", "database.connect_timeout_ms=2000"};
  if (command == "import") spawn.arguments.push_back(users.string());
  spawn.stderr_file = folder / "stderr";
  ChildProcess child(spawn);
  // An export migrates nothing.
  if (has_schema == (held == "the table")) {
    wait_until("the command does not name the holder",
               [&] { return read_file(folder / "stderr").find("(holder)") != std::string::npos; });
    REQUIRE(child.wait(std::chrono::milliseconds{0}) == std::nullopt);
  }
  holder.let_go();
  CHECK(child.wait() == 0);
}

}  // namespace rollcall::tests
