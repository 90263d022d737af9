// The mailbox of a loop actor: the only place in the program where threads share a lock.
#pragma once

#include <atomic>
#include <iterator>
#include <mutex>
#include <utility>
#include <vector>

#include <caf/mailbox_element.hpp>

namespace rollcall::actors {

/// Many threads push, the loop's thread takes. What the loop's own actors push takes no lock.
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
      near_.push_back(std::move(element));
      return std::exchange(near_waits_, true) ? Pushed::queued : Pushed::wake;
    }
    std::lock_guard lock(mutex_);
    if (closed_) return Pushed::closed;
    far_.push_back(std::move(element));
    return far_waits_.exchange(true) ? Pushed::queued : Pushed::wake;
  }

  /// Moves what waits into `out`, which must be empty. False where nothing waits: another drain has
  /// taken it.
  bool take(Elements& out) {
    near_waits_ = false;
    out.swap(near_);
    if (far_waits_) {
      std::lock_guard lock(mutex_);
      far_waits_ = false;
      out.insert(out.end(), std::make_move_iterator(far_.begin()),
                 std::make_move_iterator(far_.end()));
      far_.clear();
    }
    return !out.empty();
  }

  /// Refuses elements from now on, and gives back those that wait.
  Elements close() {
    Elements waiting;
    take(waiting);
    std::lock_guard lock(mutex_);
    closed_ = true;
    waiting.insert(waiting.end(), std::make_move_iterator(far_.begin()),
                   std::make_move_iterator(far_.end()));
    far_.clear();
    return waiting;
  }

 private:
  Elements near_;  // the loop's thread, as near_waits_
  bool near_waits_ = false;
  std::mutex mutex_;  // guards far_, and closed_ against other threads than the loop's
  Elements far_;
  std::atomic<bool> far_waits_ = false;
  bool closed_ = false;
};

}  // namespace rollcall::actors
