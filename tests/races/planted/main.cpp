// Races planted along the paths of messages: TSan must report each of them. The argument names one
// race; "none" does the same work without a race.
#include <atomic>
#include <cstdio>
#include <future>
#include <memory>
#include <string>
#include <string_view>
#include <thread>

#include <caf/actor_system.hpp>
#include <caf/actor_system_config.hpp>
#include <caf/scoped_actor.hpp>
#include <caf/send.hpp>

#include "actors/runtime/loop_actor.hpp"

namespace {

struct Tally {
  int count = 0;
  std::atomic<bool> bumped = false;
};
struct Bump {
  std::shared_ptr<Tally> carried;
};
struct Bumped {
  std::shared_ptr<Tally> carried;
};

}  // namespace

CAF_ALLOW_UNSAFE_MESSAGE_TYPE(Bump)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(Bumped)

namespace rollcall::tests {
namespace {

constexpr int rounds = 100;

class Counter {
 public:
  using Handle = caf::typed_actor<caf::replies_to<Bump>::with<Bumped>>;
  using Self = actors::LoopActor<Counter>;

  Counter(Self&, std::shared_ptr<Tally> mine, std::shared_ptr<Tally> replied)
      : mine_(std::move(mine)), replied_(std::move(replied)) {}

  Handle::behavior_type behavior() {
    return {[this](const Bump& message) {
      bump_own_state();
      bump_what_was_carried(*message.carried);
      Bumped reply{replied_};
      return reply;
    }};
  }

 private:
  void bump_own_state() { ++mine_->count; }
  static void bump_what_was_carried(Tally& carried) {
    ++carried.count;
    carried.bumped.store(true, std::memory_order_relaxed);
  }

  std::shared_ptr<Tally> mine_;
  std::shared_ptr<Tally> replied_;
};

struct Config : caf::actor_system_config {
  Config() {
    set("scheduler.policy", caf::atom("sharing"));
    set("scheduler.max-threads", 1);
  }
};

/// Waits without synchronizing the two threads: no lock, no message, no blocking wait.
void wait_for_bump(const Tally& tally) {
  while (!tally.bumped.load(std::memory_order_relaxed)) std::this_thread::yield();
}

/// Two actors on two loops get requests from a third thread, as in a stop of the daemon. `race`
/// says what they share: their state, what messages carry, or what replies carry.
void ask_two_loops(std::string_view race) {
  Config config;
  caf::actor_system system{config};
  actors::LoopThread a{"a"};
  actors::LoopThread b{"b"};
  const auto tally = std::make_shared<Tally>();
  const auto shared_if = [&](bool shared) { return shared ? tally : std::make_shared<Tally>(); };
  const auto spawn = [&](actors::LoopThread& on, const std::shared_ptr<Tally>& replied) {
    return actors::spawn_on<Counter>(system, on.loop(), {"counter"}, shared_if(race == "state"),
                                     replied);
  };
  const auto first_reply = shared_if(race == "reply");
  const auto second_reply = shared_if(race == "reply");
  auto first = spawn(a, first_reply);
  auto second = spawn(b, second_reply);
  a.start();
  b.start();
  {
    caf::scoped_actor self{system};
    const auto failed = [](const caf::error& why) { std::puts(caf::to_string(why).c_str()); };
    for (int i = 0; i < rounds; ++i) {
      // Both requests are sent before either reply is awaited: else the first reply would order the
      // second request after it.
      auto at_first = self->request(first, caf::infinite, Bump{shared_if(race == "message")});
      auto at_second = self->request(second, caf::infinite, Bump{shared_if(race == "message")});
      at_first.receive([](const Bumped&) {}, failed);
      at_second.receive([](const Bumped&) {}, failed);
    }
    // An object that the sender keeps from a message, or the requester from a reply, while a loop
    // still uses it.
    auto kept = std::make_shared<Tally>();
    if (race == "reply") {
      self->request(second, caf::infinite, Bump{std::make_shared<Tally>()})
          .receive([&](const Bumped& reply) { kept = reply.carried; }, failed);
    }
    caf::anon_send(first, Bump{kept});
    if (race == "sender" || race == "reply") ++kept->count;
    wait_for_bump(*kept);
  }
  caf::anon_send_exit(first, caf::exit_reason::user_shutdown);
  caf::anon_send_exit(second, caf::exit_reason::user_shutdown);
  a.stop();
  b.stop();
}

/// Two threads push into one mailbox, each as if it were the thread of the loop.
void push_from_two_threads() {
  actors::LoopMailbox mailbox;
  const auto push = [&mailbox] {
    for (int i = 0; i < rounds; ++i) {
      auto element = caf::make_mailbox_element(nullptr, caf::make_message_id(), {}, Bump{nullptr});
      mailbox.push(element, true);
    }
  };
  std::thread other(push);
  push();
  other.join();
}

}  // namespace
}  // namespace rollcall::tests

int main(int count, char** words) {
  const std::string_view race = count == 2 ? words[1] : "";
  if (race == "mailbox") {
    rollcall::tests::push_from_two_threads();
  } else {
    rollcall::tests::ask_two_loops(race);
  }
  return 0;
}
