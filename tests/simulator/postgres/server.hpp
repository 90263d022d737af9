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

/// One server. The name may have had others before.
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

/// The socket that clients connect to, its sessions, and what goes wrong with them.
class Cluster {
 public:
  /// Listens in the folder, under the name that libpq expects there.
  Cluster(Scheduler& scheduler, Truth& truth, const std::string& folder);
  Cluster(const Cluster&) = delete;
  Cluster& operator=(const Cluster&) = delete;
  ~Cluster();

  const Server& server() const { return *server_; }
  /// Users that are there from the start: 1..count.
  void add_users(int count);

  /// What goes wrong from now on with each request.
  FaultRates rates{};

  /// Every connection ends; for so long no connection is accepted. It is another start of the same
  /// server.
  void restart(Duration away);
  /// The server sends nothing for so long.
  void fall_silent(Duration how_long);
  /// The server dies; one that lacks the last commits takes its place.
  void fail_over(std::size_t lost_commits);
  /// Another server with the same data takes the name; the old one turns read-only, loses a share
  /// of its connections now and the others after `grace`.
  void move(double cut_percent, Duration grace);
  /// Ends a share of the connections.
  void cut_some(double percent);
  /// From now on nothing goes wrong any more. What is under way may still be late.
  void heal();

  // For sessions.
  Scheduler& scheduler() { return scheduler_; }
  Truth& truth() { return truth_; }
  const ServerRef& current() const { return server_; }
  TimePoint silent_until() const { return silent_until_; }
  void committed(const ServerRef& server, const Transaction& transaction);
  /// Those that wait for locks try again.
  void locks_released();
  void remove(Session& session);
  /// Ends the session that has this transaction open and does nothing with it; false: none has.
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
