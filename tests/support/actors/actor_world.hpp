// A whole actor system on one thread, stepped by the test: no thread pool, no sleeping, virtual
// time.
#pragma once

#include <memory>
#include <optional>
#include <utility>
#include <vector>

#include <asio/executor_work_guard.hpp>
#include <asio/io_context.hpp>
#include <caf/actor_system.hpp>
#include <caf/actor_system_config.hpp>
#include <caf/send.hpp>

#include "actors/runtime/loop_actor.hpp"
#include "tests/support/actors/manual_clock.hpp"
#include "tests/support/network/descriptor.hpp"

namespace rollcall::tests {

/// The result of a request: a reply or a failure; neither while the request is open.
template <class Reply>
struct Asked {
  std::optional<Reply> reply;
  std::optional<caf::error> failure;
  bool open() const { return !reply && !failure; }
};

/// Sends requests to actors on behalf of the test.
class Requester {
 public:
  using Handle = caf::typed_actor<caf::reacts_to<caf::unit_t>>;
  explicit Requester(actors::LoopActor<Requester>&) {}
  Handle::behavior_type behavior() {
    return {[](caf::unit_t) {}};
  }
};

class ActorWorld {
 public:
  ActorWorld() {
    config_.set("scheduler.policy", caf::atom("testing"));
    system_.emplace(config_);
    requester_ = spawn<Requester>();
    settle();
  }
  ActorWorld(const ActorWorld&) = delete;
  ActorWorld& operator=(const ActorWorld&) = delete;
  ~ActorWorld() {
    for (auto& actor : spawned_) caf::anon_send_exit(actor, caf::exit_reason::kill);
    spawned_.clear();
    requester_ = nullptr;
    settle();
  }

  caf::actor_system& system() { return *system_; }
  actors::Loop& loop() { return loop_; }
  ManualClock& clock() { return clock_; }
  actors::Clock::TimePoint in(actors::Clock::Duration delay) const { return clock_.now() + delay; }

  /// Starts an actor on the world's loop; it is ended with the world.
  template <class Role, class... Args>
  typename Role::Handle spawn(Args... args) {
    return spawn_as<Role>(actors::Lifecycle{"test actor"}, std::move(args)...);
  }
  template <class Role, class... Args>
  typename Role::Handle spawn_as(actors::Lifecycle lifecycle, Args... args) {
    auto handle = actors::spawn_on<Role>(*system_, loop_, std::move(lifecycle), std::move(args)...);
    spawned_.push_back(caf::actor_cast<caf::strong_actor_ptr>(handle));
    return handle;
  }
  /// Takes an actor that was started by something else (a supervisor, say): it ends with the world.
  void adopt(caf::strong_actor_ptr actor) { spawned_.push_back(std::move(actor)); }

  /// Sends a request and runs nothing yet; the result is set when the world has run.
  template <class Handle, class Message>
  auto ask_later(const Handle& handle, Message message) {
    using Value = actors::ReplyTo<Handle, Message>;
    auto asked = std::make_shared<Asked<Value>>();
    // The requester's own thread is this one: the world is single-threaded.
    auto* self = caf::actor_cast<caf::abstract_actor*>(requester_);
    static_cast<actors::LoopActor<Requester>*>(self)->ask(
        handle, std::move(message), [asked](Value& reply) { asked->reply = std::move(reply); },
        [asked](caf::error& failure) { asked->failure = std::move(failure); });
    return asked;
  }

  /// Sends a request and runs the world, without moving time, until nothing is left to do.
  template <class Handle, class Message>
  auto ask(const Handle& handle, Message message) {
    auto asked = ask_later(handle, std::move(message));
    settle();
    return asked;
  }

  /// Runs all that is ready; time stands still.
  void settle() {
    do {
      io_.restart();
    } while (io_.poll() > 0);
  }

  /// Runs the world, waiting for sockets, until `done()` is true; virtual time stands still. False
  /// where that takes longer than `patience`.
  template <class Done>
  bool run_until(Done done) {
    const auto end = std::chrono::steady_clock::now() + patience;
    while (!done()) {
      io_.restart();
      if (io_.run_one_until(end) == 0) return false;
    }
    return true;
  }

  /// Moves time, and runs each callback at the time at which it is due.
  void advance(actors::Clock::Duration by) {
    auto end = clock_.now() + by;
    settle();
    while (clock_.run_one_until(end)) settle();
    settle();
  }

 private:
  caf::actor_system_config config_;
  std::optional<caf::actor_system> system_;
  asio::io_context io_{1};
  asio::executor_work_guard<asio::io_context::executor_type> work_{io_.get_executor()};
  ManualClock clock_{io_};
  actors::Loop loop_{io_, clock_};
  Requester::Handle requester_;
  std::vector<caf::strong_actor_ptr> spawned_;
};

}  // namespace rollcall::tests
