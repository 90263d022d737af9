// Starts, watches, restarts and stops children, as an OTP supervisor does.
//
// Owns     its children and the budget of their restarts. It lives on the control loop; a child may
//          live on any loop.
// Receives ChildStarted from its children's loops, WhichChildren from whoever looks.
// Ends     by an exit message from its parent (children stop first, the last one first), or by
//          escalation: more restarts than the budget allows.
// Restart  its own supervisor counts its end as a crash; the root's end is the process's.
// Lost     nothing of its own. Killed outright (`kill`), it kills its children and does not wait.
//
// Every child is permanent: any end that its supervisor did not ask for is a crash. A child that
// does not stop (its thread is stuck) is waited for without limit: the process has the limit.
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

/// What a supervisor knows of a child.
struct ChildSpec {
  std::string name;
  /// Starts it; must pass the lifecycle on to the actor.
  std::function<caf::strong_actor_ptr(caf::actor_system&, Lifecycle)> start;
  /// Runs, as the supervisor, before each start but the first, and calls `done`, then or later, as
  /// the supervisor: then the child starts. Empty: nothing to do.
  std::function<void(LoopActor<Supervisor>&, std::function<void()> done)> before_restart{};
};

/// A child with this role on this loop, found by its address; `args` go to the role's constructor.
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
  /// A supervisor has started when all of its children have.
  void when_started(std::function<void()> report);

 private:
  enum class Phase {
    stopped,    // may be started
    preparing,  // its before_restart is under way
    starting,   // spawned, its role is not made yet
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
    int restarts = 0;              // ever, for reports
    int failures = 0;              // recent, for the delay
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
  bool complete_ = false;                 // all have run at once
  std::optional<std::size_t> stop_from_;  // rest_for_one: these are to be stopped first
  std::optional<caf::error> ending_;      // why, once it is to end
};

}  // namespace rollcall::actors
