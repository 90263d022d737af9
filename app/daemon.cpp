#include "app/daemon.hpp"

#include <algorithm>
#include <thread>
#include <utility>
#include <vector>

#include <spdlog/spdlog.h>
#include <caf/scoped_actor.hpp>
#include <caf/send.hpp>

#include "app/daemon_running.hpp"

namespace rollcall::app {

namespace {

using actors::Supervisor;
using std::chrono::milliseconds;
using std::chrono::seconds;

// What an orderly stop may take beside the draining. Actors stop in microseconds; only a thread
// that is stuck in a disk can need longer.
constexpr seconds stop_patience{5};

// Where a second loop shares its core with the database and the clients, it takes away more than it
// gives: on two cores 3 to 8 % of the requests, more on a busy machine (./dev bench --growth
// --curves loops). Each holds connections to PostgreSQL, which are few: so 8 at most.
int loops_of(const config::Http& http) {
  if (http.loops > 0) return http.loops;
  const auto cores = static_cast<int>(std::thread::hardware_concurrency());  // 0: not known
  return std::clamp(cores / 2, 1, 8);
}

}  // namespace

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
  auto database = Database::open(settings_);
  if (!database) return tl::unexpected(database.error());
  database_ = std::move(*database);

  running_ = std::make_unique<Running>(*database_, loops_of(settings_.http));
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
  // All loops are told before the first of them is waited for: none may go on admitting meanwhile.
  const auto limit = std::max<milliseconds>(settings_.http.drain, milliseconds{1});
  const auto drain = [&](auto& loop) {
    return self->request(loop->gateway.handle(), limit, http::Drain{});
  };
  std::vector<decltype(drain(running.http.front()))> drained;
  for (auto& loop : running.http) drained.push_back(drain(loop));
  for (auto& each : drained) each.receive([](const http::Drained&) {}, not_drained);
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

actors::ChildReports Daemon::children() {
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

}  // namespace rollcall::app
