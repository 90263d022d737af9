#include "actors/runtime/supervisor.hpp"

#include <algorithm>

#include <spdlog/spdlog.h>
#include <caf/send.hpp>

namespace rollcall::actors {

Supervisor::Supervisor(Self& self, SupervisorOptions options, std::vector<ChildSpec> children)
    : self_(self),
      options_(options),
      budget_(options.max_restarts, options.window),
      backoff_(options.first_delay, options.longest_delay, options.seed) {
  for (auto& spec : children) children_.emplace_back(std::move(spec));
  self_.set_down_handler([this](caf::down_msg& message) { child_ended(message); });
  self_.set_exit_handler([this](caf::exit_msg& message) {
    if (!ending_) ending_ = message.reason;
    advance();
  });
}

Supervisor::~Supervisor() {
  for (auto child = children_.rbegin(); child != children_.rend(); ++child) {
    if (child->actor) caf::anon_send_exit(child->actor, caf::exit_reason::kill);
  }
}

Supervisor::Handle::behavior_type Supervisor::behavior() {
  return {
      [this](const ChildStarted& message) { child_started(message); },
      [this](const WhichChildren&) { return report(); },
  };
}

// The one place that decides what happens next; called after every change of a phase.
void Supervisor::advance() {
  if (ending_) {
    if (!stop_last_from(0)) self_.quit(*ending_);
    return;
  }
  if (stop_from_) {
    if (stop_last_from(*stop_from_)) return;
    stop_from_.reset();
  }
  const bool in_order = options_.strategy == Strategy::rest_for_one || !complete_;
  for (std::size_t i = 0; i < children_.size(); ++i) {
    if (children_[i].phase == Phase::running) continue;
    if (children_[i].phase == Phase::stopped) start(i);
    if (in_order) return;
  }
  complete_ = true;
  if (auto report = std::exchange(report_started_, nullptr)) report();
}

void Supervisor::when_started(std::function<void()> report) {
  report_started_ = std::move(report);
  advance();
}

// Stops the last child that is not stopped, from index `first` on; false if all are stopped.
bool Supervisor::stop_last_from(std::size_t first) {
  for (std::size_t i = children_.size(); i-- > first;) {
    auto& child = children_[i];
    switch (child.phase) {
      case Phase::stopped:
        break;
      case Phase::preparing:
      case Phase::waiting:
        child.delay.reset();
        child.phase = Phase::stopped;
        break;
      case Phase::starting:
      case Phase::running:
        child.phase = Phase::stopping;
        self_.send_exit(child.actor, caf::exit_reason::user_shutdown);
        return true;
      case Phase::stopping:
        return true;
    }
  }
  return false;
}

void Supervisor::start(std::size_t index) {
  auto& child = children_[index];
  if (++child.generation == 1 || !child.spec.before_restart) return spawn(index);
  child.phase = Phase::preparing;
  child.spec.before_restart(self_, [this, index, generation = child.generation] {
    const auto& prepared = children_[index];
    const bool awaited = prepared.phase == Phase::preparing && prepared.generation == generation;
    if (awaited) spawn(index);
  });
}

void Supervisor::spawn(std::size_t index) {
  auto& child = children_[index];
  child.phase = Phase::starting;
  Lifecycle lifecycle;
  lifecycle.name = child.spec.name;
  lifecycle.started = [supervisor = Handle{&self_}, index,
                       generation = child.generation](const caf::strong_actor_ptr&) {
    caf::anon_send(supervisor, ChildStarted{index, generation});
  };
  child.actor = child.spec.start(self_.system(), std::move(lifecycle));
  self_.monitor(child.actor);
}

void Supervisor::child_started(const ChildStarted& message) {
  auto& child = children_[message.index];
  if (child.phase != Phase::starting || child.generation != message.generation) return;
  child.phase = Phase::running;
  if (child.restarts > 0) spdlog::info("{} runs again", child.spec.name);
  advance();
}

void Supervisor::child_ended(const caf::down_msg& message) {
  const auto found = std::find_if(children_.begin(), children_.end(), [&](const Child& child) {
    return child.actor && child.actor->address() == message.source;
  });
  if (found == children_.end()) return;
  found->actor = nullptr;
  if (found->phase == Phase::stopping) {
    found->phase = Phase::stopped;
    advance();
  } else {
    crashed(static_cast<std::size_t>(found - children_.begin()));
  }
}

void Supervisor::crashed(std::size_t index) {
  auto& child = children_[index];
  const auto now = self_.now();
  child.failures = now - child.last_crash > options_.window ? 0 : child.failures + 1;
  child.last_crash = now;
  child.phase = Phase::stopped;
  if (!budget_.spend(now)) {
    spdlog::error("{}: more than {} restarts in {} s, the last of {}; giving up",
                  self_.actor_name(), options_.max_restarts,
                  std::chrono::duration_cast<std::chrono::seconds>(options_.window).count(),
                  child.spec.name);
    if (!ending_) ending_ = caf::make_error(caf::sec::runtime_error, "restart budget spent");
    advance();
    return;
  }
  ++child.restarts;
  const auto delay = backoff_.delay(child.failures);
  spdlog::warn("{} has ended; {} starts it again in {} ms", child.spec.name, self_.actor_name(),
               std::chrono::duration_cast<std::chrono::milliseconds>(delay).count());
  child.phase = Phase::waiting;
  child.delay = self_.after(delay, [this, index] {
    children_[index].phase = Phase::stopped;
    advance();
  });
  if (options_.strategy == Strategy::rest_for_one) {
    stop_from_ = std::min(stop_from_.value_or(index + 1), index + 1);
  }
  advance();
}

ChildReports Supervisor::report() const {
  ChildReports reports;
  for (const auto& child : children_) {
    const bool running = child.phase == Phase::running;
    reports.push_back({child.spec.name, running, child.restarts, running ? child.actor : nullptr});
  }
  return reports;
}

}  // namespace rollcall::actors
