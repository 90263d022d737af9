#include "tests/simulator/node.hpp"

#include <utility>

#include <asio/post.hpp>
#include <caf/send.hpp>

namespace rollcall::simulator {

namespace {

using actors::child;
using actors::ChildSpec;

}  // namespace

Node::Node(Scheduler& scheduler, caf::actor_system& system, int number, const NodeOptions& options)
    : scheduler_(scheduler),
      system_(system),
      number_(number),
      options_(options),
      origin_("node-" + name()),
      seed_(scheduler.random.next()),
      control_(&scheduler.add_loop(name() + " control", number)) {
  for (int i = 0; i < options.http_loops; ++i) {
    http_.push_back(&scheduler.add_loop(name() + " http-" + std::to_string(i), number));
    auto& loop = http_.back()->loop;
    loops_.push_back(&loop);
    traffic_.push_back(std::make_shared<http::Traffic>());
    lookups_.emplace_back(system, loop);
    gateways_.emplace_back(system, loop);
  }
  auto& control = control_->loop;
  pages_ = std::make_unique<actors::Address<actors::ReadStoreHandle>>(system, control);
  writes_ = std::make_unique<actors::Address<actors::WriteStoreHandle>>(system, control);
  admission_ = std::make_unique<actors::Address<actors::PgAdmissionHandle>>(system, control);
  edge_ = std::make_unique<actors::Address<actors::SupervisorHandle>>(system, control);
  actors::StoreHandles stores{{}, pages_->handle(), writes_->handle()};
  for (const auto& lookup : lookups_) stores.lookups.emplace_back(lookup.handle());
  addresses_ = std::make_unique<actors::Addresses>(system, control, stores, loops_);

  actors::DirectoryOptions directory;
  directory.shared = true;
  directory.stale_if_error = options.stale_if_error;
  const std::vector branches{
      storage_branch(),
      actors::lookup_branch(*addresses_, control, loops_, supervision(), directory, feed()),
      edge_branch()};
  auto root = supervision();
  root.strategy = actors::Strategy::rest_for_one;
  root_ = actors::spawn_on<actors::Supervisor>(system, control, actors::Lifecycle{name() + " root"},
                                               root, branches);
  may_crash("storage", addresses_->storage.handle());
  may_crash("lookup", addresses_->lookup.handle());
  may_crash("edge", edge_->handle());
  may_crash("registrar", addresses_->registrar.handle());
  may_crash("feed", addresses_->feed.handle());
  may_crash("admission", admission_->handle());
  may_crash("store-write", writes_->handle());
  for (std::size_t i = 0; i < http_.size(); ++i) {
    const auto of_loop = "-" + std::to_string(i);
    may_crash("directory" + of_loop, addresses_->directories[i].handle());
    may_crash("store-lookup" + of_loop, lookups_[i].handle());
    may_crash("gateway" + of_loop, gateways_[i].handle());
  }
}

template <class Handle>
void Node::may_crash(const std::string& name, const Handle& handle) {
  crashable_.emplace_back(name, caf::actor_cast<caf::actor>(handle));
}

// Crashes are what a simulation is about: they don't spend the budget of a daemon.
actors::SupervisorOptions Node::supervision() const {
  actors::SupervisorOptions options;
  options.max_restarts = 1'000;
  options.seed = seed_;
  return options;
}

actors::PgLinkOptions Node::link(const std::string& purpose) const {
  const auto target = db::PgTarget::parse(options_.database_url);
  if (!target) throw std::logic_error(target.error());
  actors::PgLinkOptions options{*target, name() + " rollcall " + purpose};
  options.seed = seed_;
  options.admission = admission_->handle();
  return options;
}

ChildSpec Node::storage_branch() {
  std::vector reads{child<actors::PgAdmission>("admission", control_->loop, *admission_, permits_,
                                               addresses_->feed.handle())};
  for (std::size_t i = 0; i < http_.size(); ++i) {
    actors::PgReadStoreOptions options{link("lookup"), options_.connections_per_loop};
    reads.push_back(child<actors::PgReadStore>("store-lookup-" + std::to_string(i), *loops_[i],
                                               lookups_[i], options));
  }
  reads.push_back(child<actors::PgReadStore>("store-pages", control_->loop, *pages_,
                                             actors::PgReadStoreOptions{link("pages"), 1}));
  return actors::storage_branch(
      *addresses_, control_->loop, supervision(), {}, std::move(reads),
      child<actors::PgWriteStore>("store-write", control_->loop, *writes_,
                                  actors::PgWriteStoreOptions{link("write"), origin_}));
}

ChildSpec Node::feed() const {
  return child<actors::PgFeed>(
      "feed", control_->loop, addresses_->feed,
      actors::PgFeedOptions{link("feed"), origin_, options_.feed_heartbeat, options_.feed_timeout},
      addresses_->directory_handles());
}

ChildSpec Node::edge_branch() {
  std::vector<ChildSpec> gateways;
  for (std::size_t i = 0; i < http_.size(); ++i) {
    http::GatewayPeers peers{addresses_->directories[i].handle(), addresses_->registrar.handle(),
                             addresses_->feed.handle()};
    gateways.push_back(child<http::Gateway>("gateway-" + std::to_string(i), *loops_[i],
                                            gateways_[i], peers, traffic_[i]));
  }
  return child<actors::Supervisor>("edge", control_->loop, *edge_, supervision(), gateways);
}

void Node::serve(std::size_t loop, std::unique_ptr<http::Sink> sink, http::Operation operation,
                 TimePoint deadline) {
  auto exchange = std::make_shared<http::Exchange>(http::Reply(std::move(sink)),
                                                   std::move(operation), deadline, traffic_[loop]);
  asio::post(http_[loop]->io, [gateway = gateways_[loop].handle(), exchange]() mutable {
    caf::anon_send(gateway, http::Serve{std::move(exchange)});
  });
  scheduler_.wake_node(number_);
}

void Node::end() {
  caf::anon_send_exit(root_, caf::exit_reason::kill);
  root_ = nullptr;
  crashable_.clear();
}

}  // namespace rollcall::simulator
