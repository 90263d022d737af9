// The composition root: starts and stops every part of the daemon, in order.
#pragma once

#include <atomic>
#include <cstdint>
#include <functional>
#include <future>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include <caf/actor_system.hpp>
#include <caf/actor_system_config.hpp>
#include <tl/expected.hpp>

#include "actors/directory/tree.hpp"
#include "actors/stores/engine.hpp"
#include "config/settings.hpp"
#include "http/server/connections.hpp"
#include "http/server/port_claim.hpp"

namespace rollcall::app {

/// A whole daemon in this process: database, loops, actors, sockets; everything but the signals.
/// Its methods may block. They belong to one thread, which must not be a loop's.
class Daemon {
 public:
  /// Settings that config::load has checked. Does nothing yet.
  explicit Daemon(const config::Settings& settings);
  Daemon(const Daemon&) = delete;
  Daemon& operator=(const Daemon&) = delete;
  ~Daemon();

  /// Called once, on the control loop, when the root supervisor has given up. To be set before
  /// `begin` or `start`.
  void on_failure(std::function<void()> callback) { on_failure_ = std::move(callback); }

  using Started = tl::expected<void, std::string>;
  /// Claims the ports, opens the database and begins to start every actor, the admin side first.
  /// Returns an error if that fails. Otherwise `on_started` is called once, on a loop: when
  /// connections are accepted, or with the reason why the start has failed. Both errors are for the
  /// operator; the daemon must then be destroyed. A daemon whose start waits (for PostgreSQL, a
  /// lock, a name) can be stopped.
  Started begin(std::function<void(const Started&)> on_started);
  /// Begins, and waits for the outcome of the start.
  Started start();

  /// From now on /ready reports that the daemon is stopping; nothing else changes. Blocks for 1 s
  /// at most.
  void announce_stop();

  /// Stops accepting, waits for the requests in flight (http.drain at most), stops the actors in
  /// reverse order and closes the database. False if an actor did not stop in time: then end the
  /// process without destroying the daemon. Does nothing on a daemon that is not running.
  bool stop();

  std::uint16_t port() const { return http_claim_->port(); }
  std::uint16_t admin_port() const { return admin_claim_->port(); }
  /// Whether connections are accepted.
  bool started() const { return started_; }
  /// Whether the root supervisor has given up.
  bool failed() const { return failed_; }

  /// Every supervised actor ("user-lookup-0", "store-write", "storage", ...), grouped by
  /// supervisor. Only between `begin` and `stop`.
  actors::ChildReports children();

 private:
  struct Running;  // app/daemon_running.hpp

  http::ConnectionOptions connection_options() const;
  actors::SupervisorOptions supervision() const;
  std::size_t cache_entries_per_loop() const;
  std::size_t max_buffered_per_loop() const;
  std::vector<actors::ChildSpec> branches();
  actors::ChildSpec store_branch();
  actors::ChildSpec edge_branch();
  actors::ChildSpec admin_branch();
  void settle(const Started& started);
  void drain();

  config::Settings settings_;
  std::function<void()> on_failure_;
  std::unique_ptr<actors::Database> database_;
  std::optional<http::PortClaim> http_claim_;
  std::optional<http::PortClaim> admin_claim_;
  std::unique_ptr<Running> running_;
  std::function<void(const Started&)> on_started_;
  std::atomic<bool> settled_ = false;   // the start has succeeded or failed
  std::atomic<bool> started_ = false;   // it has succeeded
  std::atomic<bool> stopping_ = false;  // the root ends because `stop` was called
  std::atomic<bool> failed_ = false;
};

}  // namespace rollcall::app
