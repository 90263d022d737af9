// Writes whose user, or whose new e-mail, is locked by a transaction of another program.
#pragma once

#include <algorithm>
#include <chrono>
#include <cstddef>
#include <deque>
#include <list>
#include <optional>
#include <utility>

#include "actors/runtime/clock.hpp"
#include "domain/change.hpp"
#include "domain/errors.hpp"

namespace rollcall::actors {

/// Holds them in a queue for each user, in their order, until they are retried: after 5 ms, doubled
/// for each further try, 100 ms at most. Each create has a queue of its own. `QueuedWrite` has
/// `write` (a WriteUser), `promise`, and `tries`: how often it was found locked. One thread.
template <class QueuedWrite>
class LockedWrites {
 public:
  static constexpr std::chrono::milliseconds first_pause{5};
  static constexpr std::chrono::milliseconds longest_pause{100};

  bool empty() const { return queues_.empty(); }

  /// Takes a new write if its user has a queue: it must not overtake the writes there. False, with
  /// the write untouched, if there is none.
  bool join(QueuedWrite& waiting) {
    auto* queue = queue_of(target_of(waiting.write.change));
    if (queue == nullptr) return false;
    queue->writes.push_back(std::move(waiting));
    return true;
  }

  /// To be called when the store has answered a group. Puts the writes that it found locked at the
  /// front of their users' queues, in their order, and moves the writes of these users from
  /// `others` to the back. Removes the queues that are empty.
  void put_back(std::deque<QueuedWrite> locked, std::deque<QueuedWrite>& others,
                Clock::TimePoint now) {
    const bool found = !locked.empty();
    // From the last to the first, each to the front of its queue.
    while (!locked.empty()) {
      auto& waiting = locked.back();
      const auto id = target_of(waiting.write.change);
      auto* queue = queue_of(id);
      if (queue == nullptr) queue = &queues_.emplace_back(Queue{id});
      queue->due = now + pause_after(++waiting.tries);
      queue->writes.push_front(std::move(waiting));
      locked.pop_back();
    }
    queues_.remove_if([](Queue& queue) {
      queue.taken = false;
      return queue.writes.empty();
    });
    if (!found) return;
    std::deque<QueuedWrite> rest;
    for (auto& other : others) {
      if (!join(other)) rest.push_back(std::move(other));
    }
    others = std::move(rest);
  }

  /// Takes the writes whose pause is over, at most `most`; call `put_back` when the store has
  /// answered. A queue with a write that sets a unique value is taken alone, since the store has to
  /// wait for a moment to find out that such a value is locked.
  std::deque<QueuedWrite> take_due(Clock::TimePoint now, std::size_t most) {
    std::deque<QueuedWrite> due;
    for (auto& queue : queues_) {
      if (now < queue.due || queue.writes.empty()) continue;
      const bool alone =
          std::any_of(queue.writes.begin(), queue.writes.end(),
                      [](const QueuedWrite& waiting) { return gives_key(waiting.write.change); });
      if (alone && !due.empty()) continue;
      while (!queue.writes.empty() && due.size() < most) {
        due.push_back(std::move(queue.writes.front()));
        queue.writes.pop_front();
        queue.taken = true;
      }
      if (alone || due.size() >= most) break;
    }
    return due;
  }

  /// Answers user_locked to the writes whose deadline has passed: they were not applied.
  void drop_expired(Clock::TimePoint now) {
    queues_.remove_if([now](Queue& queue) {
      std::erase_if(queue.writes, [now](QueuedWrite& waiting) {
        if (now < waiting.write.deadline) return false;
        waiting.promise.deliver(tl::unexpected(user_locked()));
        return true;
      });
      return queue.writes.empty() && !queue.taken;
    });
  }

 private:
  struct Queue {
    std::optional<UserId> id;  // none for a create
    Clock::TimePoint due{};
    bool taken = false;  // some of its writes are with the store
    std::deque<QueuedWrite> writes{};
  };

  static Clock::Duration pause_after(int tries) {
    constexpr int most_doublings = 5;
    const auto pause = first_pause * (1 << std::min(tries - 1, most_doublings));
    return std::min<Clock::Duration>(pause, longest_pause);
  }

  Queue* queue_of(const std::optional<UserId>& id) {
    if (!id) return nullptr;
    const auto found = std::find_if(queues_.begin(), queues_.end(),
                                    [&](const Queue& queue) { return queue.id == id; });
    return found != queues_.end() ? &*found : nullptr;
  }

  std::list<Queue> queues_{};
};

}  // namespace rollcall::actors
