// The supervision tree of the daemon: the options of each actor, and the loop that it lives on.
#include <algorithm>
#include <utility>

#include <caf/send.hpp>

#include "actors/directory/change_reader.hpp"
#include "app/daemon.hpp"
#include "app/daemon_running.hpp"
#include "config/web_address.hpp"
#include "http/admin/admin_handler.hpp"
#include "http/admin/readiness.hpp"
#include "http/api/gateway.hpp"
#include "http/api/router.hpp"
#include "http/server/listener.hpp"

namespace rollcall::app {

namespace {

using actors::child;
using actors::ChildSpec;
using actors::Supervisor;

// For probes and operators; separate from http.max_connections.
constexpr std::size_t admin_connections = 32;

}  // namespace

actors::SupervisorOptions Daemon::supervision() const {
  actors::SupervisorOptions options;
  options.max_restarts = settings_.supervision.max_restarts;
  options.window = settings_.supervision.window;
  return options;
}

std::size_t Daemon::cache_entries_per_loop() const {
  const auto loops = running_->http.size();
  return (settings_.lookup.cache_entries + loops - 1) / loops;
}

// The admin side first: it answers while the other branches start, fail and stop.
std::vector<ChildSpec> Daemon::branches() {
  actors::UserLookupOptions lookup;
  lookup.cache_entries = cache_entries_per_loop();
  lookup.batch_max = settings_.lookup.batch_max;
  lookup.batches_in_flight = settings_.lookup.batches_in_flight;
  lookup.shared = database_->is_shared();
  lookup.stale_if_error = settings_.lookup.stale_if_error;
  auto& running = *running_;
  return {admin_branch(), store_branch(),
          actors::lookup_branch(*running.addresses, running.control.loop(), running.http_loops,
                                supervision(), lookup, running.stores->feed(*running.addresses)),
          edge_branch()};
}

ChildSpec Daemon::store_branch() {
  auto& running = *running_;
  return actors::storage_branch(
      *running.addresses, running.control.loop(), supervision(), {settings_.writes.group_max},
      running.stores->read_stores(*running.addresses), running.stores->write_store());
}

std::size_t Daemon::max_buffered_per_loop() const {
  // 1,000 users without large attributes. A longer list is sent too, while others wait.
  constexpr std::size_t usual_list = std::size_t{1} << 20U;
  const auto& http = settings_.http;
  const auto share = (http.max_buffered_mib << 20U) / running_->http.size();
  return std::max(share, 2 * (http.max_head_bytes + http.max_body_bytes + usual_list));
}

http::ConnectionOptions Daemon::connection_options() const {
  const auto& from = settings_.http;
  http::ConnectionOptions options;
  options.limits = {from.max_body_bytes, from.max_target_bytes, from.max_field_bytes,
                    from.max_fields, from.max_head_bytes};
  options.max_pipelined = from.max_pipelined;
  options.head_timeout = from.head_timeout;
  options.idle_timeout = from.idle_timeout;
  options.write_timeout = from.write_timeout;
  options.request_timeout = from.request_timeout;
  return options;
}

ChildSpec Daemon::edge_branch() {
  auto& running = *running_;
  const auto connections = connection_options();
  const auto connection_count = std::make_shared<http::ConnectionCount>(0);
  const http::SubscriberOptions subscribers{settings_.http.max_subscribers,
                                            settings_.http.max_subscriber_kib << 10U};
  std::vector<actors::ChangeFollowerHandle> followers;
  for (auto& loop : running.http) followers.emplace_back(loop->gateway.handle());
  std::vector<ChildSpec> children{child<actors::ChangeReader>(
      "change-reader", running.control.loop(), running.addresses->changes,
      running.addresses->stores.pages, followers, subscribers.count)};
  std::vector<ChildSpec> listeners;
  for (std::size_t i = 0; i < running.http.size(); ++i) {
    auto& loop = *running.http[i];
    auto& on = loop.thread.loop();
    loop.state->max_buffered = max_buffered_per_loop();
    loop.state->public_url = config::link_base(settings_.http.public_url);
    http::GatewayPeers peers{running.addresses->user_lookups[i].handle(),
                             running.addresses->stores.pages, running.addresses->sequencer.handle(),
                             running.addresses->feed.handle(), running.addresses->changes.handle()};
    children.push_back(child<http::Gateway>("gateway-" + std::to_string(i), on, loop.gateway, peers,
                                            loop.state, cache_entries_per_loop(), subscribers));
    http::RouterOptions router_options{
        http::AllowedHosts(settings_.http.host, settings_.http.allowed_hosts),
        connections.request_timeout, settings_.http.max_in_flight_per_loop,
        http::Cors(settings_.http.cors_origins)};
    std::shared_ptr<http::RequestHandler> handler = std::make_shared<http::Router>(
        router_options, loop.state, on.clock(),
        [gateway = loop.gateway.handle()](http::PendingRequestRef request) {
          caf::anon_send(gateway, http::Serve{std::move(request)});
        });
    http::ListenerOptions options{settings_.http.host, port(), settings_.http.max_connections,
                                  connections, connection_count};
    listeners.push_back(child<http::Listener>("listener-" + std::to_string(i), on, loop.listener,
                                              options, loop.state, handler));
  }
  children.insert(children.end(), listeners.begin(), listeners.end());
  return child<Supervisor>("edge", running.control.loop(), running.edge, supervision(), children);
}

ChildSpec Daemon::admin_branch() {
  auto& running = *running_;
  auto& on = running.admin.loop();
  const auto state = std::make_shared<http::LoopState>();
  state->public_url = config::link_base(settings_.http.public_url);
  http::ListenerOptions options{settings_.admin.host,
                                admin_port(),
                                admin_connections,
                                connection_options(),
                                std::make_shared<http::ConnectionCount>(0),
                                true};
  std::shared_ptr<http::RequestHandler> handler = std::make_shared<http::AdminHandler>(
      http::AllowedHosts(settings_.admin.host, settings_.http.allowed_hosts),
      [readiness = running.readiness.handle()](std::shared_ptr<http::Responder> responder) {
        caf::anon_send(readiness, http::CheckReady{std::move(responder)});
      });
  std::vector<http::GatewayHandle> gateways;
  for (auto& loop : running.http) gateways.push_back(loop->gateway.handle());
  std::vector children{
      child<http::Readiness>("readiness", on, running.readiness,
                             running.stores->parts(*running.addresses), gateways),
      child<http::Listener>("listener-admin", on, running.admin_listener, options, state, handler)};
  return child<Supervisor>("admin", running.control.loop(), running.admin_branch, supervision(),
                           children);
}

}  // namespace rollcall::app
