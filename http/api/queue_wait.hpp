// How long requests of one kind wait for their answers.
#pragma once

#include <algorithm>
#include <chrono>
#include <optional>

namespace rollcall::http {

/// Measured by looking at the requests under way again and again, in the order of their arrival. It
/// is the wait of the newest request that was answered since the last look: one slow request does
/// not make a queue. While none is answered, the wait grows. Without requests it is 0. One thread.
class QueueWait {
 public:
  using TimePoint = std::chrono::steady_clock::time_point;
  using Duration = std::chrono::steady_clock::duration;

  /// For each request under way.
  void see(TimePoint arrived, bool answered) {
    if (answered) {
      answered_ = arrived;
    } else if (!waiting_) {
      waiting_ = arrived;
    }
  }
  /// After all of them, at each look.
  Duration at(TimePoint now) {
    if (answered_) wait_ = now - *answered_;
    if (answered_ || !waiting_) since_ = now;
    if (!waiting_) {
      wait_ = {};
    } else if (!answered_) {
      wait_ = std::max(wait_, now - std::max(since_, *waiting_));
    }
    answered_ = waiting_ = std::nullopt;
    return wait_;
  }

 private:
  std::optional<TimePoint> answered_{};  // the newest
  std::optional<TimePoint> waiting_{};   // the oldest
  TimePoint since_{};                    // the last look that found an answer, or no request
  Duration wait_{};
};

}  // namespace rollcall::http
