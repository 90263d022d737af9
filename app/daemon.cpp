#include "app/daemon.hpp"

#include <algorithm>
#include <utility>

#include <spdlog/spdlog.h>
#include <caf/scoped_actor.hpp>
#include <caf/send.hpp>

#include "actors/sqlite_read_store.hpp"
#include "actors/sqlite_write_store.hpp"
#include "config/database_url.hpp"
#include "http/admin.hpp"
#include "http/front_desk.hpp"
#include "http/gateway.hpp"
#include "http/listener.hpp"

namespace rollcall::app {

namespace {

using actors::Address;
using actors::child;
using actors::ChildSpec;
using actors::Supervisor;
using std::chrono::milliseconds;
using std::chrono::seconds;

// What an orderly stop may take beside the draining. Actors stop in microseconds; only a thread
// that is stuck in a disk can need longer.
constexpr seconds stop_patience{5};

// Probes and people; they count against nobody else's limit.
constexpr std::size_t admin_connections = 32;

// No actor runs on CAF's pool; one idle thread of it is the least that CAF can have.
struct SystemConfig : caf::actor_system_config {
  SystemConfig() {
    set("scheduler.policy", caf::atom("sharing"));
    set("scheduler.max-threads", 1);
  }
};

}  // namespace

Daemon::HttpLoop::HttpLoop(caf::actor_system& system, int number)
    : thread("http-" + std::to_string(number)),
      traffic(std::make_shared<http::Traffic>()),
      gateway(system, thread.loop()),
      listener(system, thread.loop()) {}

struct Daemon::Running {
  explicit Running(int loops) {
    for (int i = 0; i < loops; ++i) http.push_back(std::make_unique<HttpLoop>(system, i));
    for (auto& loop : http) http_loops.push_back(&loop->thread.loop());
    addresses.emplace(system, control.loop(), read.loop(), write.loop(), http_loops);
  }

  std::vector<actors::LoopThread*> threads() {
    std::vector<actors::LoopThread*> all{&control, &admin, &read, &write};
    for (auto& loop : http) all.push_back(&loop->thread);
    return all;
  }

  SystemConfig config;
  caf::actor_system system{config};
  actors::LoopThread control{"control"};
  actors::LoopThread admin{"admin"};
  actors::LoopThread read{"sqlite-read"};
  actors::LoopThread write{"sqlite-write"};
  std::vector<std::unique_ptr<HttpLoop>> http;
  std::vector<actors::Loop*> http_loops;
  std::optional<actors::Addresses> addresses;
  Address<http::ReadinessHandle> readiness{system, admin.loop()};
  Address<http::ListenerHandle> admin_listener{system, admin.loop()};
  Address<actors::SupervisorHandle> edge{system, control.loop()};
  Address<actors::SupervisorHandle> admin_branch{system, control.loop()};
  Address<actors::SupervisorHandle> root{system, control.loop()};
  std::promise<bool> started;  // false: gave up before
  std::promise<void> ended;
};

Daemon::Daemon(const config::Settings& settings) : settings_(settings) {}

Daemon::~Daemon() {
  if (!stop()) std::_Exit(EXIT_FAILURE);
}

tl::expected<void, std::string> Daemon::start() {
  auto http_claim = http::claim_port(settings_.http.host, settings_.http.port);
  if (!http_claim) return tl::unexpected(http_claim.error());
  http_claim_.emplace(std::move(*http_claim));
  auto admin_claim = http::claim_port(settings_.admin.host, settings_.admin.port);
  if (!admin_claim) return tl::unexpected(admin_claim.error());
  admin_claim_.emplace(std::move(*admin_claim));
  auto database = db::SqliteDatabase::prepare(config::sqlite_path(settings_.database.url).value());
  if (!database) return tl::unexpected(database.error());
  database_.emplace(std::move(*database));

  running_ = std::make_unique<Running>(settings_.http.loops);
  auto& running = *running_;
  auto started = running.started.get_future();
  auto has_started = std::make_shared<std::atomic<bool>>(false);
  actors::Lifecycle lifecycle;
  lifecycle.name = "root";
  lifecycle.started = [&running, has_started](const caf::strong_actor_ptr&) {
    if (!has_started->exchange(true)) running.started.set_value(true);
  };
  lifecycle.ended = [this, &running, has_started] {
    if (!has_started->exchange(true)) running.started.set_value(false);
    if (!stopping_) {
      failed_ = true;
      if (on_failure_) on_failure_();
    }
    running.ended.set_value();
  };
  auto options = supervision();
  options.strategy = actors::Strategy::rest_for_one;
  actors::spawn_on<Supervisor>(running.system, running.control.loop(),
                               running.root.follow(std::move(lifecycle)), options, branches());
  for (auto* thread : running.threads()) thread->start();
  if (!started.get())
    return tl::unexpected(std::string("the actors could not be started; the log says why"));
  return {};
}

actors::SupervisorOptions Daemon::supervision() const {
  actors::SupervisorOptions options;
  options.max_restarts = settings_.supervision.max_restarts;
  options.window = settings_.supervision.window;
  return options;
}

// The admin side first: it is to be seen while the others start, fail and stop.
std::vector<ChildSpec> Daemon::branches() {
  const auto entries = settings_.directory.cache_entries;
  const auto loops = running_->http.size();
  actors::DirectoryOptions directory;
  directory.cache_entries = (entries + loops - 1) / loops;
  directory.batch_max = settings_.directory.batch_max;
  directory.batches_in_flight = settings_.directory.batches_in_flight;
  return {admin_branch(), store_branch(),
          actors::lookup_branch(*running_->addresses, running_->control.loop(),
                                running_->http_loops, supervision(), directory),
          edge_branch()};
}

ChildSpec Daemon::store_branch() {
  auto& running = *running_;
  actors::SqliteStoreOptions store;
  store.path = database_->path();
  store.statement_timeout = settings_.database.statement_timeout;
  store.reconnect_min = settings_.database.reconnect_min;
  store.reconnect_max = settings_.database.reconnect_max;
  return actors::storage_branch(
      *running.addresses, running.control.loop(), supervision(), {settings_.registrar.group_max},
      child<actors::SqliteReadStore>("store-read", running.read.loop(),
                                     running.addresses->read_store, store),
      child<actors::SqliteWriteStore>("store-write", running.write.loop(),
                                      running.addresses->write_store, store));
}

http::ConnectionOptions Daemon::connection_options() const {
  const auto& from = settings_.http;
  http::ConnectionOptions options;
  options.limits = {from.max_body_bytes, from.max_target_bytes, from.max_field_bytes,
                    from.max_fields};
  options.max_pipelined = from.max_pipelined;
  options.read_timeout = from.read_timeout;
  options.request_timeout = from.request_timeout;
  return options;
}

ChildSpec Daemon::edge_branch() {
  auto& running = *running_;
  const auto connections = connection_options();
  const auto crowd = std::make_shared<http::Crowd>(0);
  std::vector<ChildSpec> gateways;
  std::vector<ChildSpec> listeners;
  for (std::size_t i = 0; i < running.http.size(); ++i) {
    auto& loop = *running.http[i];
    auto& on = loop.thread.loop();
    http::GatewayPeers peers{running.addresses->directories[i].handle(),
                             running.addresses->registrar.handle(),
                             running.addresses->feed.handle()};
    gateways.push_back(child<http::Gateway>("gateway-" + std::to_string(i), on, loop.gateway, peers,
                                            loop.traffic));
    http::FrontDeskOptions desk_options{connections.limits, connections.request_timeout,
                                        settings_.http.max_in_flight_per_loop};
    std::shared_ptr<http::Desk> desk = std::make_shared<http::FrontDesk>(
        desk_options, loop.traffic, on.clock(),
        [gateway = loop.gateway.handle()](http::ExchangeRef exchange) {
          caf::anon_send(gateway, http::Serve{std::move(exchange)});
        });
    http::ListenerOptions options{settings_.http.host, port(), settings_.http.max_connections,
                                  connections, crowd};
    listeners.push_back(child<http::Listener>("listener-" + std::to_string(i), on, loop.listener,
                                              options, loop.traffic, desk));
  }
  gateways.insert(gateways.end(), listeners.begin(), listeners.end());
  return child<Supervisor>("edge", running.control.loop(), running.edge, supervision(), gateways);
}

ChildSpec Daemon::admin_branch() {
  auto& running = *running_;
  auto& on = running.admin.loop();
  http::ListenerOptions options{settings_.admin.host, admin_port(), admin_connections,
                                connection_options(), std::make_shared<http::Crowd>(0)};
  std::shared_ptr<http::Desk> desk = std::make_shared<http::AdminDesk>(
      options.connections.limits,
      [readiness = running.readiness.handle()](std::shared_ptr<http::Reply> reply) {
        caf::anon_send(readiness, http::CheckReady{std::move(reply)});
      });
  std::vector<http::GatewayHandle> gateways;
  for (auto& loop : running.http) gateways.push_back(loop->gateway.handle());
  std::vector children{child<http::Readiness>("readiness", on, running.readiness,
                                              running.addresses->read_store.handle(),
                                              running.addresses->write_store.handle(), gateways),
                       child<http::Listener>("listener-admin", on, running.admin_listener, options,
                                             std::make_shared<http::Traffic>(), desk)};
  return child<Supervisor>("admin", running.control.loop(), running.admin_branch, supervision(),
                           children);
}

// No new connections, no new requests; then wait for those under way.
void Daemon::drain() {
  auto& running = *running_;
  caf::scoped_actor self{running.system};
  // An actor that has just crashed holds nothing that could be waited for.
  const auto not_drained = [](const caf::error& failure) {
    spdlog::warn("not drained: {}", caf::to_string(failure));
  };
  self->request(running.readiness.handle(), seconds{1}, http::Drain{})
      .receive([](const http::Drained&) {}, not_drained);
  for (auto& loop : running.http) {
    self->request(loop->listener.handle(), seconds{1}, http::StopAccepting{})
        .receive([](const http::AcceptingStopped&) {}, not_drained);
  }
  const auto end = std::chrono::steady_clock::now() + settings_.http.drain;
  for (auto& loop : running.http) {
    const auto left = std::chrono::ceil<milliseconds>(end - std::chrono::steady_clock::now());
    self->request(loop->gateway.handle(), std::max(left, milliseconds{1}), http::Drain{})
        .receive([](const http::Drained&) {}, not_drained);
  }
}

bool Daemon::stop() {
  if (!running_) return true;
  const auto ended = running_->ended.get_future();
  stopping_ = true;
  if (!failed_) {
    drain();
    caf::anon_send_exit(running_->root.handle(), caf::exit_reason::user_shutdown);
  }
  const auto patience = settings_.database.statement_timeout + stop_patience;
  if (ended.wait_for(patience) != std::future_status::ready) {
    spdlog::critical("an actor did not stop within {} ms", patience.count());
    return false;
  }
  // The root ends on the control loop: stopping that thread waits for the last of it.
  for (auto* thread : running_->threads()) thread->stop();
  running_.reset();
  database_.reset();
  return true;
}

actors::ChildReports Daemon::reports() {
  auto& running = *running_;
  caf::scoped_actor self{running.system};
  actors::ChildReports all;
  for (const auto& supervisor : {running.root, running.admin_branch, running.addresses->storage,
                                 running.addresses->lookup, running.edge}) {
    self->request(supervisor.handle(), seconds{5}, actors::WhichChildren{})
        .receive(
            [&](actors::ChildReports& some) { all.insert(all.end(), some.begin(), some.end()); },
            // A supervisor that is being restarted has no children to tell of.
            [](const caf::error& failure) {
              spdlog::debug("a supervisor did not report: {}", caf::to_string(failure));
            });
  }
  return all;
}

std::vector<ChildState> Daemon::children() {
  std::vector<ChildState> states;
  for (const auto& report : reports()) {
    states.push_back({report.name, report.running, report.restarts});
  }
  return states;
}

bool Daemon::kill(const std::string& name) {
  for (const auto& report : reports()) {
    if (report.name != name || !report.actor) continue;
    caf::anon_send_exit(report.actor, caf::exit_reason::kill);
    return true;
  }
  return false;
}

}  // namespace rollcall::app
