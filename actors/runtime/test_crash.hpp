// A message that makes any loop actor crash. For tests: builds without ROLLCALL_TEST_HOOKS, the
// release among them, do not contain it.
#pragma once

#ifdef ROLLCALL_TEST_HOOKS

#include <caf/allowed_unsafe_message_type.hpp>
#include <caf/exit_reason.hpp>
#include <caf/mailbox_element.hpp>
#include <caf/make_message.hpp>
#include <caf/message_id.hpp>

namespace rollcall::actors {

/// Terminates its receiver when the receiver handles it, after the messages that arrived before.
struct TestCrash {
  enum class Way {
    exception,  // a handler throws: what a bug does
    exit,       // the actor is killed from outside (exit reason `kill`)
  };
  Way way;
};

}  // namespace rollcall::actors

CAF_ALLOW_UNSAFE_MESSAGE_TYPE(rollcall::actors::TestCrash)

namespace rollcall::actors {

/// Sends it to a loop actor. Any thread; does not wait.
inline void crash(const caf::strong_actor_ptr& actor, TestCrash::Way way) {
  actor->enqueue(nullptr, caf::make_message_id(), caf::make_message(TestCrash{way}), nullptr);
}

}  // namespace rollcall::actors

#endif
