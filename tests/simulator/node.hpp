// One daemon of a simulation: the actors of app/daemon_branches.cpp, without sockets for HTTP.
#pragma once

#include <memory>
#include <string>
#include <utility>
#include <vector>

#include <caf/actor_system.hpp>

#include "actors/directory/tree.hpp"
#include "http/admin/readiness.hpp"
#include "http/api/gateway.hpp"
#include "http/api/pending_request.hpp"
#include "http/server/loop_state.hpp"
#include "tests/simulator/scheduler.hpp"
#include "tests/simulator/stores.hpp"

namespace rollcall::simulator {

struct NodeOptions {
  int http_loops = 2;
  std::chrono::seconds stale_if_error{5};
  MakeStores make_stores{};
};

class Node {
 public:
  Node(Scheduler& scheduler, caf::actor_system& system, int number, const NodeOptions& options);
  Node(const Node&) = delete;
  Node& operator=(const Node&) = delete;

  const std::string& name() const { return home_.name; }
  std::size_t http_loops() const { return home_.http.size(); }
  /// The HTTP loops first, then the control loop, then those of the stores.
  std::vector<Scheduler::SimulatedLoop*> loops() const;

  /// Sends a request to the gateway of a loop, as the Router of a connection would.
  void serve(std::size_t loop, http::Responder responder, http::Operation operation,
             TimePoint deadline);
  /// Probes every part, as /ready does, but requires the invalidation feed too.
  void ask_ready(http::Responder responder);
  /// Every actor that may crash, by name.
  const std::vector<std::pair<std::string, caf::actor>>& actors() const { return crashable_; }
  /// Ends all actors.
  void end();

 private:
  actors::SupervisorOptions supervision() const;
  actors::ChildSpec edge_branch();
  std::vector<actors::ProbedPart> parts() const;
  template <class Handle>
  void may_crash(const std::string& name, const Handle& handle);

  Home home_;
  std::vector<actors::Loop*> loops_{};
  std::unique_ptr<Stores> stores_;
  std::vector<std::shared_ptr<http::LoopState>> state_{};
  std::vector<actors::Address<http::GatewayHandle>> gateways_{};
  actors::Address<actors::SupervisorHandle> edge_;
  std::unique_ptr<actors::Addresses> addresses_{};
  std::vector<std::pair<std::string, caf::actor>> crashable_{};
  actors::SupervisorHandle root_{};
  http::ReadinessHandle readiness_{};
};

}  // namespace rollcall::simulator
