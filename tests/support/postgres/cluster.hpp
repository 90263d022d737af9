// A PostgreSQL of the test's own: made by initdb in a temporary folder, gone with the test.
#pragma once

#include <cstdint>
#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "tests/support/daemon/child_process.hpp"
#include "tests/support/postgres/client.hpp"
#include "tests/support/temp_dir.hpp"

namespace rollcall::tests {

/// Runs as the user `postgres` where the test runs as root, which PostgreSQL refuses. Lets
/// everybody on this machine in. Needs Debian's package postgresql; fails the test where it is
/// missing.
class PgCluster {
 public:
  /// Running when it is made. `settings` are "name=value". All that a program makes so are copies
  /// of one that initdb made, and have its system identifier.
  explicit PgCluster(std::vector<std::string> settings = {});
  struct OfItsOwn {};
  /// The same with a system identifier of its own, as an unrelated server has.
  explicit PgCluster(OfItsOwn);
  /// A hot standby of that one, which goes on running.
  static std::unique_ptr<PgCluster> standby_of(const PgCluster& primary);
  /// Killed where it still runs.
  ~PgCluster();

  std::uint16_t port() const { return port_; }
  std::string url(const std::string& database = "postgres",
                  const std::string& user = "postgres") const;

  /// Waits until it lets clients in. The same port and data each time.
  void start();
  /// Ends every connection and stops in order; waits.
  void stop();
  /// Stops as in a crash: nothing is flushed, the next start recovers; waits.
  void crash();
  /// SIGKILL to the postmaster; waits until its children have noticed and are gone.
  void kill();
  /// The processes go on, and do nothing.
  void freeze() const;
  void thaw() const;

  /// What the server has logged so far.
  std::string log() const { return read_file(folder_ / "log"); }
  std::filesystem::path data() const { return folder_ / "data"; }

  /// Replaces pg_hba.conf by these lines, for new connections.
  void let_in(const std::vector<std::string>& lines);
  /// ALTER SYSTEM, and a reload.
  void set(const std::string& name, const std::string& value);
  /// Whether new connections may be encrypted; waits until that is so.
  void offer_tls(bool offered);
  /// Restarts it as a server in recovery, as a standby is, until somebody calls pg_promote().
  void restart_in_recovery();
  /// Ends the server's side of connections to this database, those of one application or all.
  void terminate(const std::string& database, const std::string& application = {});

 private:
  struct Empty {};
  explicit PgCluster(Empty);
  static const PgCluster& original();
  void init() const;
  std::vector<pid_t> children() const;
  /// One of PostgreSQL's programs, or another one of this path, as the cluster's owner.
  void run(const std::filesystem::path& program, std::vector<std::string> arguments) const;
  void signal_all(int number) const;

  TempDir folder_;
  std::vector<std::string> settings_;
  std::uint16_t port_;
  std::unique_ptr<ChildProcess> server_;
};

/// One for the whole test program, made when it is first asked for. Durability is off there.
PgCluster& shared_cluster();

/// An empty database in the shared cluster, or in another; dropped with the object.
class PgDatabase {
 public:
  PgDatabase() : PgDatabase(shared_cluster()) {}
  explicit PgDatabase(PgCluster& cluster);
  ~PgDatabase();
  PgDatabase(const PgDatabase&) = delete;
  PgDatabase& operator=(const PgDatabase&) = delete;

  const std::string& name() const { return name_; }
  std::string url() const { return cluster_.url(name_); }
  PgClient client() const { return PgClient(url()); }

 private:
  PgCluster& cluster_;
  std::string name_;
};

}  // namespace rollcall::tests
