// One daemon of a simulation: the actors of app/daemon_branches.cpp and app/database_postgres.cpp,
// without sockets for HTTP.
#pragma once

#include <deque>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include <caf/actor_system.hpp>

#include "actors/pg_admission.hpp"
#include "actors/pg_feed.hpp"
#include "actors/pg_read_store.hpp"
#include "actors/pg_write_store.hpp"
#include "actors/tree.hpp"
#include "http/exchange.hpp"
#include "http/gateway.hpp"
#include "http/traffic.hpp"
#include "tests/simulator/scheduler.hpp"

namespace rollcall::simulator {

struct NodeOptions {
  int http_loops = 2;
  int connections_per_loop = 2;
  std::string database_url{};
  std::chrono::seconds stale_if_error{5};
  std::chrono::milliseconds feed_heartbeat{500};
  std::chrono::milliseconds feed_timeout{2'000};
};

/// What the simulations of both engines have of a daemon.
class Node {
 public:
  Node(Scheduler& scheduler, caf::actor_system& system, int number, const NodeOptions& options);
  Node(const Node&) = delete;
  Node& operator=(const Node&) = delete;

  std::string name() const { return std::string(1, static_cast<char>('A' + number_)); }
  std::size_t http_loops() const { return http_.size(); }
  Scheduler::SimulatedLoop& http_loop(std::size_t index) { return *http_[index]; }
  Scheduler::SimulatedLoop& control() { return *control_; }

  /// Hands a request to the gateway of a loop, as the loop's connection would.
  void serve(std::size_t loop, std::unique_ptr<http::Sink> sink, http::Operation operation,
             TimePoint deadline);
  /// Every actor that may crash, by name.
  const std::vector<std::pair<std::string, caf::actor>>& actors() const { return crashable_; }
  /// Ends all actors.
  void end();

 private:
  actors::SupervisorOptions supervision() const;
  actors::PgLinkOptions link(const std::string& purpose) const;
  actors::ChildSpec storage_branch();
  actors::ChildSpec edge_branch();
  actors::ChildSpec feed() const;
  template <class Handle>
  void may_crash(const std::string& name, const Handle& handle);

  Scheduler& scheduler_;
  caf::actor_system& system_;
  int number_;
  NodeOptions options_;
  std::string origin_;
  std::uint64_t seed_;
  Scheduler::SimulatedLoop* control_;
  std::vector<Scheduler::SimulatedLoop*> http_;
  std::vector<actors::Loop*> loops_;
  std::vector<std::shared_ptr<http::Traffic>> traffic_;
  std::vector<actors::Address<actors::ReadStoreHandle>> lookups_;
  std::vector<actors::Address<http::GatewayHandle>> gateways_;
  std::unique_ptr<actors::Address<actors::ReadStoreHandle>> pages_;
  std::unique_ptr<actors::Address<actors::WriteStoreHandle>> writes_;
  std::unique_ptr<actors::Address<actors::PgAdmissionHandle>> admission_;
  actors::PermitCensusRef permits_ = std::make_shared<actors::PermitCensus>();
  std::unique_ptr<actors::Address<actors::SupervisorHandle>> edge_;
  std::unique_ptr<actors::Addresses> addresses_;
  std::vector<std::pair<std::string, caf::actor>> crashable_;
  actors::SupervisorHandle root_;
};

}  // namespace rollcall::simulator
