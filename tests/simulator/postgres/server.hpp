// A simulated PostgreSQL behind one name: a client connects to the server that has the name now.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include <asio/local/stream_protocol.hpp>

#include "tests/simulator/faults.hpp"
#include "tests/simulator/postgres/database.hpp"
#include "tests/simulator/scheduler.hpp"
#include "tests/simulator/truth.hpp"

namespace rollcall::simulator {

class Session;

/// One server. Other servers may have had the name before.
struct Server {
  Server(std::uint64_t its_number, Database its_database)
      : number(its_number), database(std::move(its_database)) {}

  std::uint64_t number;
  std::int64_t system_identifier = 7'000'000'000'000'000'000;
  int timeline = 1;
  TimePoint started{};
  bool read_only = false;
  bool dead = false;
  Database database;
};
using ServerRef = std::shared_ptr<Server>;

/// The socket that clients connect to, the sessions, and their faults.
class Cluster {
 public:
  /// Listens at a Unix-domain socket in the folder, under the file name that libpq expects.
  Cluster(Scheduler& scheduler, Truth& truth, const std::string& folder);
  Cluster(const Cluster&) = delete;
  Cluster& operator=(const Cluster&) = delete;
  ~Cluster();

  const Server& server() const { return *server_; }
  /// Adds the users 1..count, before the nodes start.
  void add_users(int count);

  /// How often faults occur from now on.
  FaultRates rates{};

  /// Restarts the server: every connection ends, and for the time `away` none is accepted.
  void restart(Duration away);
  /// The server sends nothing for this time.
  void fall_silent(Duration how_long);
  /// The server ends; another one, which lacks the last commits, takes its place.
  void fail_over(std::size_t lost_commits);
  /// The name moves to another server with the same data. The old one becomes read-only, and loses
  /// `cut_percent` of its connections now and the others after `grace`.
  void move(double cut_percent, Duration grace);
  /// Cuts a share of the connections.
  void cut_some(double percent);
  /// Ends the faults. What is under way may still be late.
  void heal();

  // For sessions.
  Scheduler& scheduler() { return scheduler_; }
  Truth& truth() { return truth_; }
  const ServerRef& current() const { return server_; }
  TimePoint silent_until() const { return silent_until_; }
  void committed(const ServerRef& server, const Transaction& transaction);
  /// Sessions that wait for locks retry their statements.
  void locks_released();
  void remove(Session& session);
  /// pg_terminate_backend() for the session that is idle in this transaction; false where none is.
  bool end_idle(std::uint64_t transaction, const Server& server);

 private:
  void accept();
  Database::Committed recorder(bool undone);
  void record(std::int64_t id, const std::optional<Row>& row, bool undone);
  void cut_sessions_of(const Server& server, double percent);

  Scheduler& scheduler_;
  Truth& truth_;
  Scheduler::SimulatedLoop& loop_;
  asio::local::stream_protocol::acceptor acceptor_;
  ServerRef server_;
  std::uint64_t servers_ = 1;
  std::map<std::uint64_t, std::shared_ptr<Session>> sessions_{};
  std::uint64_t next_session_ = 1;
  TimePoint refuses_until_{};
  TimePoint silent_until_{};
};

}  // namespace rollcall::simulator
