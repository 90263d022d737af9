// The mailbox of a loop actor: the only place in the program where threads share a lock.
#pragma once

#include <mutex>
#include <utility>
#include <vector>

#include <caf/mailbox_element.hpp>

namespace rollcall::actors {

/// Many threads push, the loop's thread takes.
class LoopMailbox {
 public:
  using Elements = std::vector<caf::mailbox_element_ptr>;
  enum class Pushed {
    wake,    // the mailbox was idle: the caller must post a drain to the loop
    queued,  // a drain is on its way
    closed,  // the actor has ended; the element is still the caller's
  };

  Pushed push(caf::mailbox_element_ptr& element) {
    std::lock_guard lock(mutex_);
    if (closed_) return Pushed::closed;
    elements_.push_back(std::move(element));
    return std::exchange(draining_, true) ? Pushed::queued : Pushed::wake;
  }

  /// Moves what waits into `out`, which must be empty; false, and idle again, where nothing waits.
  bool take(Elements& out) {
    std::lock_guard lock(mutex_);
    out.swap(elements_);
    draining_ = !out.empty();
    return draining_;
  }

  /// Refuses elements from now on, and gives back those that wait.
  Elements close() {
    std::lock_guard lock(mutex_);
    closed_ = true;
    return std::exchange(elements_, {});
  }

 private:
  std::mutex mutex_;
  Elements elements_;
  bool draining_ = false;
  bool closed_ = false;
};

}  // namespace rollcall::actors
