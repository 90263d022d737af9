// How often a supervisor may restart before it gives up: OTP's restart intensity.
#pragma once

#include <cstddef>
#include <deque>

#include "actors/runtime/clock.hpp"

namespace rollcall::actors {

/// At most `max_restarts` in any `window`; pure, one thread.
class RestartBudget {
 public:
  RestartBudget(int max_restarts, Clock::Duration window)
      : max_restarts_(static_cast<std::size_t>(max_restarts)), window_(window) {}

  /// Counts one restart; false if it exceeds the budget. `now` must not decrease.
  bool spend(Clock::TimePoint now) {
    spent_.push_back(now);
    while (now - spent_.front() > window_) spent_.pop_front();
    return spent_.size() <= max_restarts_;
  }

 private:
  std::size_t max_restarts_;
  Clock::Duration window_;
  std::deque<Clock::TimePoint> spent_;
};

}  // namespace rollcall::actors
