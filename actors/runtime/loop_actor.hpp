// A typed CAF actor whose mailbox is drained by an asio loop instead of by CAF's pool.
//
// Owns     its mailbox and a role: the plain object with the behaviour, made on the loop's thread
//          when the actor starts and destroyed there when it ends.
// Receives what Role::Handle declares.
// Ends     by an exit message, by an exception in the role (handlers, callbacks, constructor), or
//          by a skipped message. Whoever monitors it gets a down_msg.
// Restart  by its supervisor, if it has one.
// Lost     the role's state, and unanswered requests: each fails with `receiver_down`.
#pragma once

#include <exception>
#include <functional>
#include <memory>
#include <stdexcept>
#include <string>
#include <utility>

#include <caf/actor_system.hpp>
#include <caf/event_based_actor.hpp>
#include <caf/scoped_execution_unit.hpp>
#include <caf/typed_event_based_actor.hpp>

#include "actors/runtime/awaited_replies.hpp"
#include "actors/runtime/crash.hpp"
#include "actors/runtime/loop.hpp"
#include "actors/runtime/loop_mailbox.hpp"
#include "actors/runtime/reply_promise.hpp"
#include "actors/runtime/test_crash.hpp"

namespace rollcall::actors {

/// The type of the reply to this message.
template <class Handle, class Message>
using ReplyTo = caf::detail::tl_head_t<caf::response_type_t<typename Handle::signatures, Message>>;

/// Callbacks for the stages of an actor's life. They run on the actor's loop.
struct Lifecycle {
  std::string name = "actor";                            // for the log
  std::function<void(caf::strong_actor_ptr)> made{};     // the role is made, and handles messages
  std::function<void(caf::strong_actor_ptr)> started{};  // it has started
  std::function<void()> ended{};                         // it terminates; its role still exists
};

template <class Role>
class LoopActor final : public Role::Handle::base {
 public:
  using Base = typename Role::Handle::base;
  using MakeRole = std::function<std::unique_ptr<Role>(LoopActor&)>;

  LoopActor(caf::actor_config& config, Loop& loop, Lifecycle lifecycle, MakeRole make_role)
      : Base(config),
        loop_(loop),
        lifecycle_(std::move(lifecycle)),
        make_role_(std::move(make_role)),
        unit_(&this->system()) {
    this->set_exception_handler([this](std::exception_ptr& thrown) -> caf::error {
      return log_crash(lifecycle_.name, thrown);
    });
  }

  Loop& loop() const { return loop_; }
  const std::string& actor_name() const { return lifecycle_.name; }
  Clock::TimePoint now() const { return loop_.clock().now(); }
  WallTime wall_now() const { return loop_.clock().wall_now(); }

  /// The promise for the reply to the current message. Call it inside the handler.
  template <class Reply>
  ReplyPromise<Reply> promise() {
    return ReplyPromise<Reply>(this->make_response_promise());
  }

  /// Sends a request; call it as this actor. Exactly one of the two runs, as this actor: `on_reply`
  /// with the Reply&, or `on_failure` with the caf::error&; neither once this actor has ended.
  /// `unavailable`: the request was not executed. Any other error, such as `receiver_down`: it may
  /// have been. There is no timeout.
  template <class Handle, class Message, class OnReply, class OnFailure>
  void ask(const Handle& whom, Message message, OnReply on_reply, OnFailure on_failure) {
    using Reply = ReplyTo<Handle, Message>;
    const auto id = awaited_.add<Reply>(std::move(on_reply), std::move(on_failure));
    caf::actor_cast<caf::abstract_actor*>(whom)->enqueue(
        caf::make_mailbox_element(this->ctrl(), id, {}, std::move(message)), &unit_);
  }

  /// Runs `callback` as this actor after the delay, unless the timer is destroyed before.
  template <class F>
  Timer after(Clock::Duration delay, F callback) {
    return loop_.clock().after(delay, guarded(std::move(callback)));
  }

  /// Wraps a callback for asio: it runs as this actor (an exception ends the actor, not the loop),
  /// and not at all once the actor has ended. Keeps the actor's memory alive, not the actor.
  template <class F>
  auto guarded(F callback) {
    return [this, keep = caf::strong_actor_ptr{this->ctrl()},
            callback = std::move(callback)](auto&&... args) mutable {
      run_as_self([&] { callback(std::forward<decltype(args)>(args)...); });
    };
  }

  using Base::enqueue;
  void enqueue(caf::mailbox_element_ptr element, caf::execution_unit*) override {
    const bool here = loop_.here();
    switch (mailbox_.push(element, here)) {
      case LoopMailbox::Pushed::wake:
        schedule(here, [this, keep = caf::strong_actor_ptr{this->ctrl()}] { drain(); });
        break;
      case LoopMailbox::Pushed::queued:
        break;
      case LoopMailbox::Pushed::closed:
        reject(*element, receiver_down);
        break;
    }
  }

  void launch(caf::execution_unit*, bool, bool hide) override {
    if (!hide) this->register_at_system();
    auto begin = [this, keep = caf::strong_actor_ptr{this->ctrl()}] {
      if (this->activate(&unit_)) run_as_self([this] { announce(); });
    };
    schedule(loop_.here(), std::move(begin));
  }

  void on_exit() override {
    // First its address is cleared, then its requests are rejected, then its monitors are notified.
    if (lifecycle_.ended) lifecycle_.ended();
    for (auto& element : mailbox_.close()) reject(*element, receiver_down);
    awaited_.clear();
    role_.reset();
    make_role_ = nullptr;
    lifecycle_.made = nullptr;
    lifecycle_.started = nullptr;
    lifecycle_.ended = nullptr;
  }

  const char* name() const override { return lifecycle_.name.c_str(); }

 protected:
  typename Base::behavior_type make_behavior() override {
    role_ = std::exchange(make_role_, nullptr)(*this);
    return role_->behavior();
  }

 private:
  bool has_ended() const { return this->getf(caf::abstract_actor::is_terminated_flag); }

  // A role with `when_started` (a supervisor) reports itself when it has started.
  void announce() {
    if (lifecycle_.made) lifecycle_.made(caf::strong_actor_ptr{this->ctrl()});
    auto report = [this] {
      if (lifecycle_.started) lifecycle_.started(caf::strong_actor_ptr{this->ctrl()});
    };
    if constexpr (requires(Role & role) { role.when_started(report); }) {
      role_->when_started(report);
    } else {
      report();
    }
  }

  // Runs a callback, then the role's `idle`, if it has one.
  template <class F>
  void run_as_self(F&& work) {
    guard([&] {
      work();
      if constexpr (requires(Role & role) { role.idle(); }) {
        if (this->has_behavior()) role_->idle();
      }
    });
  }

  template <class F>
  void guard(F&& work) {
    if (!role_) return;
    this->context(&unit_);
    try {
      work();
    } catch (...) {
      auto thrown = std::current_exception();
      this->quit(log_crash(lifecycle_.name, thrown));
    }
    this->finalize();
  }

  template <class Work>
  void schedule(bool here, Work work) {
    if (here) {
      loop_.later(std::move(work));
    } else {
      loop_.post(std::move(work));
    }
  }

  // Handles what is queued now. What arrives meanwhile is handled after what the loop's other
  // actors have queued.
  void drain() {
    if (!mailbox_.take(taken_)) return;
    bool alive = true;
    for (auto& element : taken_) {
      if (alive) {
        alive = element->mid.is_response() ? take_reply(*element) : handle(*element);
      } else {
        reject(*element, receiver_down);
      }
    }
    taken_.clear();
    if (alive) run_as_self([] {});
  }

  // Whether the actor lives on. A reply that nobody waits for any more is dropped.
  bool take_reply(caf::mailbox_element& element) {
    guard([&] { awaited_.take(element.mid, element.content()); });
    return !has_ended();
  }

  bool handle(caf::mailbox_element& element) {
#ifdef ROLLCALL_TEST_HOOKS
    if (element.content().template match_elements<TestCrash>()) {
      crash(element.content().template get_as<TestCrash>(0).way);
      return !has_ended();
    }
#endif
    switch (this->activate(&unit_, element)) {
      case caf::scheduled_actor::activation_result::terminated:
        return false;
      case caf::scheduled_actor::activation_result::skipped:
        // A skipped message terminates the actor; there is no stash.
        reject(element, receiver_down);
        this->quit(log_crash(lifecycle_.name, "skipped a message that it does not handle"));
        this->finalize();
        return false;
      case caf::scheduled_actor::activation_result::success:
      case caf::scheduled_actor::activation_result::dropped:
        return true;
    }
    return true;
  }

#ifdef ROLLCALL_TEST_HOOKS
  void crash(TestCrash::Way way) {
    guard([&] {
      if (way == TestCrash::Way::exception) throw std::runtime_error("as a test wishes");
      this->quit(caf::exit_reason::kill);
    });
  }
#endif

  Loop& loop_;
  Lifecycle lifecycle_;
  MakeRole make_role_;
  caf::scoped_execution_unit unit_;
  AwaitedReplies awaited_;
  std::unique_ptr<Role> role_;
  LoopMailbox mailbox_;
  LoopMailbox::Elements taken_;
};

/// Starts an actor with this role on the loop; `args` are copied and given to the role's
/// constructor on the loop's thread. Callable from any thread; does not wait for the start.
template <class Role, class... Args>
typename Role::Handle spawn_on(caf::actor_system& system, Loop& loop, Lifecycle lifecycle,
                               Args... args) {
  typename LoopActor<Role>::MakeRole make_role = [args...](LoopActor<Role>& self) {
    return std::make_unique<Role>(self, args...);
  };
  return system.spawn<LoopActor<Role>>(std::ref(loop), std::move(lifecycle), std::move(make_role));
}

}  // namespace rollcall::actors
