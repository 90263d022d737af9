// The mailbox of a loop actor. A mutex guards what other threads push.
#pragma once

#include <atomic>
#include <iterator>
#include <mutex>
#include <utility>
#include <vector>

#include <caf/mailbox_element.hpp>

namespace rollcall::actors {

/// Many threads push, the loop's thread takes. Messages from the loop's own thread take no lock.
class LoopMailbox {
 public:
  using Elements = std::vector<caf::mailbox_element_ptr>;
  enum class Pushed {
    wake,    // the caller must post a drain to the loop
    queued,  // a drain is on its way
    closed,  // the actor has ended; the element is still the caller's
  };

  /// `here`: the caller is on the loop's thread. Messages of one thread are taken in their order.
  Pushed push(caf::mailbox_element_ptr& element, bool here) {
    if (here) {
      if (closed_) return Pushed::closed;
      local_.push_back(std::move(element));
      return std::exchange(local_pending_, true) ? Pushed::queued : Pushed::wake;
    }
    std::lock_guard lock(mutex_);
    if (closed_) return Pushed::closed;
    remote_.push_back(std::move(element));
    return remote_pending_.exchange(true) ? Pushed::queued : Pushed::wake;
  }

  /// Moves the waiting elements into `out`, which must be empty. False if there are none: another
  /// drain has taken them.
  bool take(Elements& out) {
    local_pending_ = false;
    out.swap(local_);
    if (remote_pending_) {
      std::lock_guard lock(mutex_);
      remote_pending_ = false;
      out.insert(out.end(), std::make_move_iterator(remote_.begin()),
                 std::make_move_iterator(remote_.end()));
      remote_.clear();
    }
    return !out.empty();
  }

  /// Refuses elements from now on, and returns those that wait.
  Elements close() {
    Elements waiting;
    take(waiting);
    std::lock_guard lock(mutex_);
    closed_ = true;
    waiting.insert(waiting.end(), std::make_move_iterator(remote_.begin()),
                   std::make_move_iterator(remote_.end()));
    remote_.clear();
    return waiting;
  }

 private:
  Elements local_;  // the loop's thread only, as local_pending_
  bool local_pending_ = false;
  std::mutex mutex_;  // guards remote_, and closed_, which only the loop's thread writes
  Elements remote_;
  std::atomic<bool> remote_pending_ = false;
  bool closed_ = false;
};

}  // namespace rollcall::actors
