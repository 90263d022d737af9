#include "tests/simulator/scheduler.hpp"

#include <utility>

namespace rollcall::simulator {

namespace {

// How often time moves although handlers are ready, in percent of the steps, and how far at most.
constexpr double hurry_percent = 0.5;
constexpr std::chrono::milliseconds longest_hurry{3};

// Some loops run seldom for some steps, so that the others get far ahead of them.
constexpr double seldom_percent = 4;
constexpr std::uint64_t steps_of_a_period = 256;

bool runs_seldom(std::size_t loop, std::uint64_t step) {
  return Random(step / steps_of_a_period * 64 + loop).chance(33);
}

}  // namespace

Scheduler::SimulatedLoop& Scheduler::add_loop(const std::string& name, int node) {
  auto& loop = loops_.emplace_back(*this, name, node, loops_.size());
  if (in_turns_) asio::use_service<actors::RunQueue>(loop.io).run_in_turns();
  return loop;
}

void Scheduler::wake_node(int node) {
  for (auto& loop : loops_) {
    if (loop.node == node || loop.node == no_node) loop.awake = true;
  }
}

void Scheduler::wake_all() {
  for (auto& loop : loops_) loop.awake = true;
}

void Scheduler::stall(SimulatedLoop& loop, Duration how_long) {
  loop.stalled_until = time.now() + how_long;
  time.after(how_long, [&loop] { loop.awake = true; });
}

void Scheduler::after_steps(std::size_t steps, std::function<void()> what) {
  awaited_.emplace(stamp_ + steps, std::move(what));
}

bool Scheduler::run_one_handler() {
  while (true) {
    ready_.clear();
    quick_.clear();
    for (std::size_t i = 0; i < loops_.size(); ++i) {
      if (!loops_[i].awake || loops_[i].stalled_until > time.now()) continue;
      ready_.push_back(i);
      if (!runs_seldom(i, stamp_)) quick_.push_back(i);
    }
    if (ready_.empty()) return false;
    const bool from_all = quick_.empty() || random.chance(seldom_percent);
    const auto& from = from_all ? ready_ : quick_;
    auto& loop = loops_[from[random.below(from.size())]];
    ++stamp_;
    stamp_trace(loop.name);
    if (loop.io.poll_one() == 0) {
      loop.awake = false;
      continue;
    }
    trace.note([] { return std::string("ran a handler"); });
    if (loop.after_handler) loop.after_handler();
    wake_node(loop.node);
    while (!awaited_.empty() && awaited_.begin()->first <= stamp_) {
      awaited_.extract(awaited_.begin()).mapped()();
    }
    return true;
  }
}

void Scheduler::run_one_event() {
  ++stamp_;
  stamp_trace("world");
  time.run_next();
}

void Scheduler::stamp_trace(const std::string& who) {
  if (!trace.on()) return;
  const auto us = std::chrono::duration_cast<std::chrono::microseconds>(
      time.now().time_since_epoch() - std::chrono::hours{1});
  auto text = std::to_string(us.count() / 1'000) + "." +
              std::to_string(1'000 + us.count() % 1'000).substr(1);
  trace.set_stamp("#" + std::to_string(stamp_) + " " + text + " ms  " + who + ": ");
}

void Scheduler::run_until(TimePoint end) {
  while (true) {
    if (run_one_handler()) {
      if (time.idle() || !random.chance(hurry_percent)) continue;
      if (time.next() - time.now() <= longest_hurry && time.next() <= end) run_one_event();
    } else if (!time.idle() && time.next() <= end) {
      run_one_event();
    } else {
      time.pass_to(end);
      return;
    }
  }
}

void Scheduler::settle_all() {
  for (auto& loop : loops_) loop.stalled_until = {};
  wake_all();
  while (run_one_handler()) {
  }
}

}  // namespace rollcall::simulator
