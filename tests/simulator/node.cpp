#include "tests/simulator/node.hpp"

#include <asio/post.hpp>
#include <caf/send.hpp>

namespace rollcall::simulator {

namespace {

using actors::child;
using actors::ChildSpec;

Home home(Scheduler& scheduler, caf::actor_system& system, int number, int http_loops) {
  const std::string name(1, static_cast<char>('A' + number));
  const auto seed = scheduler.random.next();
  Home home{scheduler, system, name, number, seed, scheduler.add_loop(name + " control", number),
            {}};
  for (int i = 0; i < http_loops; ++i) {
    home.http.push_back(&scheduler.add_loop(name + " http-" + std::to_string(i), number));
  }
  return home;
}

}  // namespace

Node::Node(Scheduler& scheduler, caf::actor_system& system, int number, const NodeOptions& options)
    : home_(home(scheduler, system, number, options.http_loops)),
      stores_(options.make_stores(home_)),
      edge_(system, home_.control.loop) {
  for (auto* http : home_.http) {
    loops_.push_back(&http->loop);
    state_.push_back(std::make_shared<http::LoopState>());
    gateways_.emplace_back(system, http->loop);
  }
  auto& control = home_.control.loop;
  addresses_ = std::make_unique<actors::Addresses>(system, control, stores_->handles(), loops_);

  actors::UserLookupOptions lookup;
  lookup.shared = stores_->is_shared();
  lookup.stale_if_error = options.stale_if_error;
  const std::vector branches{
      actors::storage_branch(*addresses_, control, supervision(), {},
                             stores_->read_stores(*addresses_), stores_->write_store()),
      actors::lookup_branch(*addresses_, control, loops_, supervision(), lookup,
                            stores_->feed(*addresses_)),
      edge_branch()};
  auto root = supervision();
  root.strategy = actors::Strategy::rest_for_one;
  root_ = actors::spawn_on<actors::Supervisor>(system, control, actors::Lifecycle{name() + " root"},
                                               root, branches);
  std::vector<http::GatewayHandle> gateways;
  for (const auto& gateway : gateways_) gateways.push_back(gateway.handle());
  readiness_ = actors::spawn_on<http::Readiness>(
      system, control, actors::Lifecycle{name() + " readiness"}, parts(), gateways);
  may_crash("storage", addresses_->storage.handle());
  may_crash("lookup", addresses_->lookup.handle());
  may_crash("edge", edge_.handle());
  may_crash("write-sequencer", addresses_->sequencer.handle());
  may_crash("invalidation-feed", addresses_->feed.handle());
  for (std::size_t i = 0; i < home_.http.size(); ++i) {
    const auto of_loop = "-" + std::to_string(i);
    may_crash("user-lookup" + of_loop, addresses_->user_lookups[i].handle());
    may_crash("gateway" + of_loop, gateways_[i].handle());
  }
  for (auto& store : stores_->actors()) crashable_.push_back(std::move(store));
}

std::vector<Scheduler::SimulatedLoop*> Node::loops() const {
  auto all = home_.http;
  all.push_back(&home_.control);
  for (auto* loop : stores_->loops()) all.push_back(loop);
  return all;
}

template <class Handle>
void Node::may_crash(const std::string& name, const Handle& handle) {
  crashable_.emplace_back(name, caf::actor_cast<caf::actor>(handle));
}

// So large that the crashes of a simulation do not exhaust it, which would end the node.
actors::SupervisorOptions Node::supervision() const {
  actors::SupervisorOptions options;
  options.max_restarts = 1'000;
  options.seed = home_.seed;
  return options;
}

ChildSpec Node::edge_branch() {
  std::vector<ChildSpec> gateways;
  for (std::size_t i = 0; i < home_.http.size(); ++i) {
    http::GatewayPeers peers{addresses_->user_lookups[i].handle(), addresses_->stores.pages,
                             addresses_->sequencer.handle(), addresses_->feed.handle()};
    gateways.push_back(child<http::Gateway>("gateway-" + std::to_string(i), *loops_[i],
                                            gateways_[i], peers, state_[i]));
  }
  return child<actors::Supervisor>("edge", home_.control.loop, edge_, supervision(), gateways);
}

void Node::serve(std::size_t loop, http::Responder responder, http::Operation operation,
                 TimePoint deadline) {
  auto request =
      std::make_shared<http::PendingRequest>(std::move(responder), std::move(operation),
                                             loops_[loop]->clock().now(), deadline, state_[loop]);
  asio::post(home_.http[loop]->io, [gateway = gateways_[loop].handle(), request]() mutable {
    caf::anon_send(gateway, http::Serve{std::move(request)});
  });
  home_.scheduler.wake_node(home_.number);
}

std::vector<actors::ProbedPart> Node::parts() const {
  const auto stores = stores_->handles();
  std::vector<actors::ProbedPart> parts{{"page_store", stores.pages},
                                        {"write_store", stores.writes},
                                        {"invalidation_feed", addresses_->feed.handle()}};
  for (std::size_t i = 0; i < stores.lookups.size(); ++i) {
    parts.push_back({"lookup_store-" + std::to_string(i), stores.lookups[i]});
  }
  return parts;
}

void Node::ask_ready(http::Responder responder) {
  caf::anon_send(readiness_,
                 http::CheckReady{std::make_shared<http::Responder>(std::move(responder))});
  home_.scheduler.wake_node(home_.number);
}

void Node::end() {
  caf::anon_send_exit(root_, caf::exit_reason::kill);
  caf::anon_send_exit(readiness_, caf::exit_reason::kill);
  root_ = nullptr;
  readiness_ = nullptr;
  crashable_.clear();
}

}  // namespace rollcall::simulator
