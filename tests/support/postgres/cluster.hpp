// A PostgreSQL server for a test, in a temporary folder that is removed with the object.
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

/// Runs as the user `postgres` where the test runs as root, since PostgreSQL refuses to run as
/// root. Lets everybody on this machine in. Needs Debian's package postgresql. Every failure
/// throws, which fails the test.
class PgCluster {
 public:
  /// Starts the server. `settings` are "name=value". All clusters that a test program makes this
  /// way are copies of one that initdb made, and so have the same system identifier.
  explicit PgCluster(std::vector<std::string> settings = {});
  struct OfItsOwn {};
  /// The same with a system identifier of its own, as an unrelated server has.
  explicit PgCluster(OfItsOwn);
  /// A hot standby of `primary`, which goes on running.
  static std::unique_ptr<PgCluster> standby_of(const PgCluster& primary);
  /// Kills the server if it still runs.
  ~PgCluster();

  std::uint16_t port() const { return port_; }
  std::string url(const std::string& database = "postgres",
                  const std::string& user = "postgres") const;

  /// Starts the server, with the same port and data each time, and waits until it lets clients in.
  void start();
  /// Fast shutdown: closes every connection, and waits for the end.
  void stop();
  /// Immediate shutdown, as a crash: nothing is flushed, the next start recovers. Waits for the
  /// end.
  void crash();
  /// Sends SIGKILL to the postmaster, and waits until its children have noticed that and ended.
  void kill();
  /// Stops all processes of the server by SIGSTOP; thaw() lets them run again.
  void freeze() const;
  void thaw() const;

  /// What the server has logged so far.
  std::string log() const { return read_file(folder_ / "log"); }
  std::filesystem::path data() const { return folder_ / "data"; }

  /// Replaces pg_hba.conf by these lines, for new connections.
  void let_in(const std::vector<std::string>& lines);
  /// ALTER SYSTEM, and a reload.
  void set(const std::string& name, const std::string& value);
  /// Turns TLS for new connections on or off, and waits until that has taken effect.
  void offer_tls(bool offered);
  /// Restarts the server in recovery, as a standby, until somebody calls pg_promote().
  void restart_in_recovery();
  /// Terminates the backends of this database: those of one application, or all where it is empty.
  void terminate(const std::string& database, const std::string& application = {});

 private:
  struct Empty {};
  explicit PgCluster(Empty);
  static const PgCluster& original();
  void init() const;
  std::vector<pid_t> children() const;
  /// Runs one of PostgreSQL's programs, or the program of an absolute path, as the cluster's owner;
  /// throws where it fails.
  void run(const std::filesystem::path& program, std::vector<std::string> arguments) const;
  void signal_all(int number) const;

  TempDir folder_;
  std::vector<std::string> settings_;
  std::uint16_t port_;
  std::unique_ptr<ChildProcess> server_;
};

/// One cluster for the whole test program, made at the first call, with fsync off.
PgCluster& shared_cluster();

/// An empty database in the shared cluster or in another one; dropped by the destructor.
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
