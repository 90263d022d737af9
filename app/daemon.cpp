#include "app/daemon.hpp"

#include <algorithm>
#include <thread>
#include <utility>
#include <vector>

#include <spdlog/spdlog.h>
#include <caf/scoped_actor.hpp>
#include <caf/send.hpp>

#include "app/daemon_running.hpp"
#include "app/engines.hpp"

namespace rollcall::app {

namespace {

using actors::Supervisor;
using std::chrono::milliseconds;
using std::chrono::seconds;

// A stop takes http.drain_s and 5 s at most, whatever is stuck: 3 s for all loops to answer and all
// actors to end, which takes microseconds unless a thread is blocked by a disk; then 2 s to close
// the database, which may have to wait for other programs.
constexpr seconds stop_patience{3};
constexpr seconds hearing_patience{1};

// A second loop that shares its core with the database and the clients lowers the throughput: on
// two cores by 3 to 8 %, by more on a busy machine (./dev bench --growth --curves loops). Each loop
// holds connections to PostgreSQL, of which there are few: so 8 loops at most.
int loops_of(const config::Http& http) {
  if (http.loops > 0) return http.loops;
  const auto cores = static_cast<int>(std::thread::hardware_concurrency());  // 0: not known
  return std::clamp(cores / 2, 1, 8);
}

// Not a failure of the stop: an actor that has just crashed has nothing left to wait for.
void warn_not_drained(const caf::error& failure) {
  spdlog::warn("not drained: {}", caf::to_string(failure));
}

}  // namespace

Daemon::Daemon(const config::Settings& settings) : settings_(settings) {}

Daemon::~Daemon() {
  if (!stop()) std::_Exit(EXIT_FAILURE);
}

Daemon::Started Daemon::begin(std::function<void(const Started&)> on_started) {
  on_started_ = std::move(on_started);
  auto http_claim = http::claim_port(settings_.http.host, settings_.http.port);
  if (!http_claim) return tl::unexpected(http_claim.error());
  http_claim_.emplace(std::move(*http_claim));
  auto admin_claim = http::claim_port(settings_.admin.host, settings_.admin.port);
  if (!admin_claim) return tl::unexpected(admin_claim.error());
  admin_claim_.emplace(std::move(*admin_claim));
  auto database = engine_of(settings_).open(settings_);
  if (!database) return tl::unexpected(database.error());
  database_ = std::move(*database);

  running_ =
      std::make_unique<Running>(*database_, loops_of(settings_.http),
                                [this](const std::string& why) { settle(tl::unexpected(why)); });
  auto& running = *running_;
  actors::Lifecycle lifecycle;
  lifecycle.name = "root";
  lifecycle.started = [this](const caf::strong_actor_ptr&) { settle({}); };
  lifecycle.ended = [this, &running] {
    settle(tl::unexpected<std::string>("the actors could not be started; the log says why"));
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
  spdlog::info("starting; the admin side is on port {} of {}", admin_port(), settings_.admin.host);
  for (auto* thread : running.threads()) thread->start();
  return {};
}

Daemon::Started Daemon::start() {
  std::promise<Started> promise;
  if (auto begun = begin([&](const Started& started) { promise.set_value(started); }); !begun) {
    return begun;
  }
  return promise.get_future().get();
}

// Only the first call has an effect.
void Daemon::settle(const Started& started) {
  if (settled_.exchange(true)) return;
  started_ = started.has_value();
  on_started_(started);
}

void Daemon::announce_stop() {
  if (!running_) return;
  caf::scoped_actor self{running_->system};
  self->request(running_->readiness.handle(), hearing_patience, http::Drain{})
      .receive([](const http::Drained&) {}, warn_not_drained);
}

// Stops new connections and new requests, then waits for the requests in flight. Sends to all loops
// before it waits for any, so that none goes on meanwhile and a stuck loop delays no other.
void Daemon::drain() {
  auto& running = *running_;
  caf::scoped_actor self{running.system};
  auto announced = self->request(running.readiness.handle(), hearing_patience, http::Drain{});
  const auto stop_accepting = [&](auto& loop) {
    return self->request(loop->listener.handle(), hearing_patience, http::StopAccepting{});
  };
  std::vector<decltype(stop_accepting(running.http.front()))> stopped;
  for (auto& loop : running.http) stopped.push_back(stop_accepting(loop));
  announced.receive([](const http::Drained&) {}, warn_not_drained);
  for (auto& each : stopped) each.receive([](const http::AcceptingStopped&) {}, warn_not_drained);
  const auto limit = std::max<milliseconds>(settings_.http.drain, milliseconds{1});
  const auto drain = [&](auto& loop) {
    return self->request(loop->gateway.handle(), limit, http::Drain{});
  };
  std::vector<decltype(drain(running.http.front()))> drained;
  for (auto& loop : running.http) drained.push_back(drain(loop));
  for (auto& each : drained) each.receive([](const http::Drained&) {}, warn_not_drained);
}

bool Daemon::stop() {
  if (!running_) return true;
  const auto ended = running_->ended.get_future();
  const auto end = std::chrono::steady_clock::now() + settings_.http.drain + stop_patience;
  stopping_ = true;
  if (!failed_) {
    if (started_) drain();
    caf::anon_send_exit(running_->root.handle(), caf::exit_reason::user_shutdown);
  }
  if (ended.wait_until(end) != std::future_status::ready) {
    spdlog::critical("an actor did not stop within http.drain_s and {} s", stop_patience.count());
    return false;
  }
  // The root may still be terminating on the control loop: stopping that thread waits for it.
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
            // A supervisor that is being restarted has no children to report.
            [](const caf::error& failure) {
              spdlog::debug("a supervisor did not report: {}", caf::to_string(failure));
            });
  }
  return all;
}

}  // namespace rollcall::app
