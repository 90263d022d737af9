// The lasting address of a supervised actor, across its restarts.
//
// Owns     the address of the live child, from when its role is made until it terminates.
// Receives every message meant for the child, and forwards it unchanged, with its sender: replies
//          go straight to the requester. On the child's own loop it adds no post and no lock.
// Ends     with the last handle to it; it has no behaviour that could fail.
// Lost     messages that come while no child is alive. A request then fails with `unavailable` at
//          once: it was not executed. Other messages are dropped.
#pragma once

#include <caf/actor_cast.hpp>
#include <caf/actor_system.hpp>
#include <caf/event_based_actor.hpp>

#include "actors/runtime/loop.hpp"
#include "actors/runtime/loop_actor.hpp"

namespace rollcall::actors {

class Proxy final : public caf::event_based_actor {
 public:
  Proxy(caf::actor_config& config, Loop& loop) : caf::event_based_actor(config), loop_(loop) {}

  using caf::event_based_actor::enqueue;
  /// Any thread.
  void enqueue(caf::mailbox_element_ptr element, caf::execution_unit*) override;
  void launch(caf::execution_unit*, bool, bool) override {}
  void on_exit() override { child_ = nullptr; }
  const char* name() const override { return "proxy"; }

  /// The child's loop only.
  void point_to(caf::strong_actor_ptr child) { child_ = std::move(child); }
  void clear() { child_ = nullptr; }

 private:
  void forward(caf::mailbox_element_ptr element);

  Loop& loop_;
  caf::strong_actor_ptr child_;
};

/// A proxy and its typed handle, which stays valid across restarts. Copies share one proxy.
template <class Handle>
class Address {
 public:
  Address(caf::actor_system& system, Loop& loop)
      : proxy_(caf::actor_cast<caf::strong_actor_ptr>(
            system.spawn<Proxy, caf::hidden>(std::ref(loop)))) {}

  /// The proxy, typed as the child is.
  Handle handle() const { return caf::actor_cast<Handle>(proxy_); }

  /// The lifecycle with callbacks added that point the proxy to the actor, and clear it at its end.
  Lifecycle follow(Lifecycle lifecycle) const {
    auto made = std::move(lifecycle.made);
    auto ended = std::move(lifecycle.ended);
    lifecycle.made = [proxy = proxy_, made](caf::strong_actor_ptr child) {
      get(proxy).point_to(child);
      if (made) made(std::move(child));
    };
    lifecycle.ended = [proxy = proxy_, ended] {
      get(proxy).clear();
      if (ended) ended();
    };
    return lifecycle;
  }

 private:
  static Proxy& get(const caf::strong_actor_ptr& proxy) {
    return *static_cast<Proxy*>(caf::actor_cast<caf::abstract_actor*>(proxy));
  }

  caf::strong_actor_ptr proxy_;
};

}  // namespace rollcall::actors
