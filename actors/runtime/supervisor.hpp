// Starts, watches, restarts and stops children, as an OTP supervisor does.
//
// Owns     its children and the budget of their restarts. It lives on the control loop; a child may
//          live on any loop.
// Receives ChildStarted from its children's loops, WhichChildren from whoever inspects the tree.
// Ends     by an exit message from its parent (the children stop first, in reverse order), or by
//          escalation: more restarts than the budget allows.
// Restart  by its own supervisor, which counts its end as a crash. The end of the root ends the
//          process.
// Lost     nothing of its own. After the exit reason `kill`, or an exception, it kills its children
//          and does not wait for them.
//
// Every child is permanent: any end that its supervisor did not ask for is a crash. A supervisor
// waits without limit for a child to stop (its thread may be stuck): Daemon::stop has the limit.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "actors/runtime/backoff.hpp"
#include "actors/runtime/loop_actor.hpp"
#include "actors/runtime/proxy.hpp"
#include "actors/runtime/restart_budget.hpp"
#include "actors/runtime/supervisor_messages.hpp"

namespace rollcall::actors {

class Supervisor;

/// How a supervisor starts a child.
struct ChildSpec {
  std::string name;
  /// Spawns the actor and passes the lifecycle on to it.
  std::function<caf::strong_actor_ptr(caf::actor_system&, Lifecycle)> start;
  /// Runs as the supervisor before every start but the first. Must call `done` as the supervisor,
  /// at once or later: the child starts then. Empty: the child starts at once.
  std::function<void(LoopActor<Supervisor>&, std::function<void()> done)> before_restart{};
};

/// A child with this role on this loop, reached through `address`. `args` are copied for each start
/// and passed to the role's constructor.
template <class Role, class... Args>
ChildSpec child(std::string name, Loop& loop, Address<typename Role::Handle> address,
                Args... args) {
  ChildSpec spec;
  spec.name = std::move(name);
  spec.start = [&loop, address, args...](caf::actor_system& system, Lifecycle lifecycle) {
    return caf::actor_cast<caf::strong_actor_ptr>(
        spawn_on<Role>(system, loop, address.follow(std::move(lifecycle)), args...));
  };
  return spec;
}

enum class Strategy {
  one_for_one,   // a crash restarts the child alone
  rest_for_one,  // and those that were started after it
};

/// More than `max_restarts` within `window` end the supervisor. The delays are Backoff's.
struct SupervisorOptions {
  Strategy strategy = Strategy::one_for_one;
  int max_restarts = 5;
  Clock::Duration window = std::chrono::seconds{30};
  Clock::Duration first_delay = std::chrono::milliseconds{100};
  Clock::Duration longest_delay = std::chrono::seconds{5};
  std::uint64_t seed = std::random_device{}();
};

class Supervisor {
 public:
  using Handle = SupervisorHandle;
  using Self = LoopActor<Supervisor>;

  Supervisor(Self& self, SupervisorOptions options, std::vector<ChildSpec> children);
  Supervisor(const Supervisor&) = delete;
  Supervisor& operator=(const Supervisor&) = delete;
  ~Supervisor();
  Handle::behavior_type behavior();
  /// Calls `report` once, when all children have started: only then has the supervisor started.
  void when_started(std::function<void()> report);

 private:
  enum class Phase {
    stopped,    // may be started
    preparing,  // its before_restart is under way
    starting,   // spawned, ChildStarted has not come yet
    running,
    stopping,  // was told to exit
    waiting,   // crashed, its delay runs
  };
  struct Child {
    explicit Child(ChildSpec the_spec) : spec(std::move(the_spec)) {}
    ChildSpec spec;
    Phase phase = Phase::stopped;
    caf::strong_actor_ptr actor{};
    std::uint64_t generation = 0;  // which start of it this is
    int restarts = 0;              // after its own crashes, for reports
    int failures = 0;              // consecutive crashes within the window, for the delay
    Clock::TimePoint last_crash{};
    Timer delay{};
  };

  void advance();
  bool stop_last_from(std::size_t first);
  void start(std::size_t index);
  void spawn(std::size_t index);
  void child_started(const ChildStarted& message);
  void child_ended(const caf::down_msg& message);
  void crashed(std::size_t index);
  std::vector<ChildReport> report() const;

  Self& self_;
  SupervisorOptions options_;
  RestartBudget budget_;
  Backoff backoff_;
  std::vector<Child> children_;
  std::function<void()> report_started_;
  bool complete_ = false;                 // all children have been running at the same time
  std::optional<std::size_t> stop_from_;  // rest_for_one: stop the children from here on first
  std::optional<caf::error> ending_;      // the exit reason; set: stop all children, then quit
};

}  // namespace rollcall::actors
