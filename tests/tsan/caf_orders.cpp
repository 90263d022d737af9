// The functions of libcaf_core that synchronize threads, compiled again with TSan.
//
// Debian's CAF is not instrumented. TSan does not see the reference counts by which the last owner
// knows that all others are done, nor the lists by which a blocking actor gets its messages. So it
// reports accesses that these order as races. Suppressing the reports would also hide races of our
// own code. Therefore the TSan build compiles these functions of CAF 0.17.6 (Debian 12 and 13)
// here, where TSan sees their atomics; calls in libcaf_core resolve to them. They do exactly what
// CAF's own do.
#include <chrono>
#include <utility>

#include <caf/actor_control_block.hpp>
#include <caf/blocking_actor.hpp>
#include <caf/config.hpp>
#include <caf/detail/sync_request_bouncer.hpp>
#include <caf/ref_counted.hpp>

static_assert(CAF_VERSION == 1706, "compare these functions with those of the new CAF");

namespace caf {

void ref_counted::deref() const noexcept {
  if (unique()) {
    request_deletion(false);
  } else if (rc_.fetch_sub(1, std::memory_order_acq_rel) == 1) {
    request_deletion(true);
  }
}

void intrusive_ptr_release_weak(actor_control_block* block) {
  if (block->weak_refs == 1 || block->weak_refs.fetch_sub(1, std::memory_order_acq_rel) == 1) {
    block->block_dtor(block);
  }
}

void intrusive_ptr_release(actor_control_block* block) {
  if (block->strong_refs.fetch_sub(1, std::memory_order_acq_rel) != 1) return;
  block->data_dtor(block->get());
  intrusive_ptr_release_weak(block);
}

void blocking_actor::enqueue(mailbox_element_ptr element, execution_unit*) {
  const auto id = element->mid;
  const auto asker = element->sender;
  if (mailbox().synchronized_push_back(mtx_, cv_, std::move(element)) || !id.is_request()) return;
  detail::sync_request_bouncer bounce{exit_reason()};
  bounce(asker, id);
}

void blocking_actor::await_data() { mailbox().synchronized_await(mtx_, cv_); }

bool blocking_actor::await_data(timeout_type end) {
  return mailbox().synchronized_await(mtx_, cv_, end);
}

void blocking_actor::receive_impl(receive_cond& condition, message_id id,
                                  detail::blocking_behavior& behavior) {
  bool done = false;
  mailbox_visitor visitor{this, done, condition, id, behavior};
  mailbox().flush_cache();
  if (!condition.pre()) return;
  while (!done) {
    const auto patience = behavior.timeout();
    if (!patience.valid()) {
      await_data();
    } else {
      auto end = std::chrono::high_resolution_clock::now();
      end += patience;
      if (!await_data(end)) {
        behavior.handle_timeout();
        if (condition.post() && condition.pre()) continue;
        return;
      }
    }
    mailbox_.new_round(3, visitor);
  }
}

}  // namespace caf
