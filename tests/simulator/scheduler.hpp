// Runs all loops of all nodes on one thread, in an order that the seed decides.
#pragma once

#include <cstdint>
#include <deque>
#include <functional>
#include <map>
#include <string>
#include <vector>

#include <asio/executor_work_guard.hpp>
#include <asio/io_context.hpp>

#include "actors/runtime/loop.hpp"
#include "tests/simulator/random.hpp"
#include "tests/simulator/trace.hpp"
#include "tests/simulator/virtual_time.hpp"

namespace rollcall::simulator {

/// Draws which loop runs its next handler, and when time moves. While a handler runs, its own loop
/// is the only running one, so that messages to other loops are queued as they are between threads.
/// With an odd seed the loops run in turns (actors/runtime/run_queue.hpp), as the daemon's do; with
/// an even one each piece of work is a step, with those of other loops between them.
class Scheduler {
 public:
  /// A loop of this node; `number` is its place in the scheduler.
  struct SimulatedLoop {
    SimulatedLoop(Scheduler& scheduler, std::string its_name, int its_node, std::size_t number)
        : name(std::move(its_name)),
          node(its_node),
          clock(scheduler.time, io, [&scheduler, number] { scheduler.wake(number); }) {}

    std::string name;
    int node;
    asio::io_context io{1};
    asio::executor_work_guard<asio::io_context::executor_type> work{io.get_executor()};
    LoopClock clock;
    actors::Loop loop{io, clock};
    bool awake = true;                      // may have a handler to run
    TimePoint stalled_until = TimePoint{};  // runs no handler before
    std::function<void()> after_handler{};  // runs after each of its handlers
  };

  /// The number for what belongs to no node: the simulated server.
  static constexpr int no_node = -1;

  Scheduler(std::uint64_t seed, Trace& its_trace)
      : random(seed), trace(its_trace), in_turns_(seed % 2 == 1) {}

  SimulatedLoop& add_loop(const std::string& name, int node);
  void wake(std::size_t number) { loops_[number].awake = true; }
  /// To be called after anything was sent to a node, over whatever channel.
  void wake_node(int node);
  void wake_all();
  /// This loop runs no handler for this time, as a thread that gets no time.
  void stall(SimulatedLoop& loop, Duration how_long);

  /// Runs `what` after this many further handlers.
  void after_steps(std::size_t steps, std::function<void()> what);
  /// Drops everything that waits for that.
  void clear_awaited() { awaited_.clear(); }

  /// Runs steps until this time, and until no handler is ready then.
  void run_until(TimePoint end);
  /// Runs all handlers that are ready, also those of stalled loops; time stands still.
  void settle_all();

  /// The number of the current step: orders events.
  std::uint64_t stamp() const { return stamp_; }

  VirtualTime time{};
  Random random;
  Trace& trace;

 private:
  bool run_one_handler();
  void run_one_event();
  void stamp_trace(const std::string& who);

  bool in_turns_;
  std::deque<SimulatedLoop> loops_{};
  // The loops that a step may run, and those of them that do not run seldom; members only to reuse
  // their memory.
  std::vector<std::size_t> ready_{};
  std::vector<std::size_t> quick_{};
  std::uint64_t stamp_ = 0;
  std::multimap<std::uint64_t, std::function<void()>> awaited_{};  // by the number of a step
};

}  // namespace rollcall::simulator
