// One connection to the simulated server: reads messages, executes statements, and answers, perhaps
// late or not at all.
#pragma once

#include <algorithm>
#include <array>
#include <deque>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include <asio/local/stream_protocol.hpp>

#include "tests/simulator/postgres/server.hpp"
#include "tests/simulator/postgres/statements.hpp"
#include "tests/simulator/postgres/wire.hpp"

namespace rollcall::simulator {

class Session : public std::enable_shared_from_this<Session> {
 public:
  using Socket = asio::local::stream_protocol::socket;

  Session(Cluster& cluster, std::uint64_t number, ServerRef server, Socket socket);

  void start() { read(); }
  std::uint64_t number() const { return number_; }
  const ServerRef& server() const { return server_; }
  /// The node that has connected; Scheduler::no_node before that is known.
  int node() const { return node_; }

  /// Ends the connection. A commit that is under way still completes, unless the server is dead.
  void cut(const std::string& why);
  /// Sends an error and ends the connection.
  void refuse(const std::string& sqlstate, const std::string& why);
  /// Another session has committed these notifications.
  void receive(const std::vector<Notification>& notifications);
  /// Executes and sends nothing before this time.
  void freeze(TimePoint until) { frozen_until_ = std::max(frozen_until_, until); }
  /// The server has become read-only: ends a transaction that has changed something, and the
  /// session.
  void abort();
  bool waits() const { return waits_; }
  bool listens() const { return !listens_.empty() && !closed_; }
  /// The number of the transaction in which it is idle; 0: none.
  std::uint64_t idle_transaction() const;
  /// Retries a statement that waits for a lock, after one was released.
  void try_again();

 private:
  void read();
  void client_went();
  void received(std::string_view bytes);
  void process();
  void handle(const WireMessage& message);
  void start_up(const WireMessage& message);
  void run_script(const std::string& sql);
  void parse(WireCursor body);
  void describe(WireCursor body);
  void bind(WireCursor body);
  void execute();
  void finish(const Executed& executed);
  void commit();
  void commit_now(bool answered);
  Executed transaction_status();
  void end_transaction(bool committed = false);
  void fail(const std::string& sqlstate, const std::string& message);
  void sync();
  void flush();
  void send(std::string bytes, std::size_t at_most);
  void drain_notifications();
  std::string who() const;

  Cluster& cluster_;
  Scheduler& scheduler_;
  std::uint64_t number_;
  ServerRef server_;
  Socket socket_;
  int node_ = Scheduler::no_node;
  std::string application_{"unknown"};
  std::array<char, 4'096> buffer_{};
  WireReader reader_{};
  std::deque<WireMessage> messages_{};
  WireWriter out_{};
  TimePoint arrives_at_{};  // the last bytes of the client
  TimePoint leaves_at_{};   // the last bytes for the client
  bool started_ = false;
  bool closed_ = false;
  bool client_gone_ = false;
  bool busy_ = false;         // with a late commit
  TimePoint frozen_until_{};  // executes and sends nothing before this time
  bool deaf_ = false;
  std::set<std::string> listens_{};      // channels
  std::deque<Notification> received_{};  // notifications not yet sent

  // The transaction.
  bool explicit_ = false;  // by BEGIN
  bool failed_ = false;    // nothing but its end is possible
  bool skipping_ = false;  // up to the next sync
  Transaction transaction_{};
  std::vector<Transaction> savepoints_{};
  std::chrono::milliseconds lock_timeout_{std::chrono::milliseconds{500}};
  std::optional<std::chrono::milliseconds> local_lock_timeout_{};
  Bound bound_{};
  bool doomed_ = false;  // the commit that is under way will fail
  bool waits_ = false;   // for a lock
  bool waited_ = false;
  std::uint64_t wait_ = 0;
};

}  // namespace rollcall::simulator
