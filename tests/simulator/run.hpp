// What the simulations of both engines have in common: nodes, clients, and the faults of actors and
// loops.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <vector>

#include <caf/actor_system.hpp>
#include <caf/actor_system_config.hpp>

#include "tests/simulator/clients.hpp"
#include "tests/simulator/log.hpp"
#include "tests/simulator/node.hpp"
#include "tests/simulator/simulation.hpp"

namespace rollcall::simulator {

/// A derived class adds nodes and its own faults, and must end the nodes in its destructor.
class Run {
 public:
  Run(std::uint64_t seed, const SimulationOptions& options);
  Run(const Run&) = delete;
  Run& operator=(const Run&) = delete;
  virtual ~Run();

  Outcome run();

 protected:
  static constexpr int initial_users = 4;
  static constexpr std::chrono::milliseconds time_of_faults{4'000};

  /// Begins the faults.
  virtual void begin_faults() = 0;
  /// Ends the faults. What is under way may still be late.
  virtual void heal() = 0;
  virtual Promises promises() const = 0;

  void add_node(const NodeOptions& options);
  void end_nodes();
  /// Draws a rate of up to `most` percent, or 0: in every second run on average, and where `on` is
  /// false.
  double draw_rate(bool on, double most);
  /// Draws crashes of actors, and loops that get no time.
  void draw_crashes_and_stalls();
  /// Calls `happen` as often as the seed draws, less than `most` times.
  void draw_incidents(std::size_t most, const std::function<void()>& happen);

  const FaultKinds& kinds() const { return options_.faults; }
  Scheduler& scheduler() { return scheduler_; }
  Truth& truth() { return truth_; }
  Trace& trace() { return trace_; }

 private:
  void crash(std::uint64_t target, std::size_t steps, bool by_exception);
  void stall(std::uint64_t target, Duration length);

  std::uint64_t seed_;
  SimulationOptions options_;
  Trace trace_;
  Log log_;
  caf::actor_system_config config_{};
  std::unique_ptr<caf::actor_system> system_{};
  Scheduler scheduler_;
  Truth truth_{};
  std::vector<std::unique_ptr<Node>> nodes_{};
  std::unique_ptr<Clients> clients_{};
};

}  // namespace rollcall::simulator
