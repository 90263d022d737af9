// A periodic timer that runs only while there is work for it.
#pragma once

#include <functional>
#include <utility>

#include "actors/runtime/clock.hpp"

namespace rollcall::actors {

/// Runs a callback once, an interval after it was armed. The callback arms it again while there is
/// more to do, so an idle actor has no timer. Destroy it on the loop's thread.
class Ticker {
 public:
  Ticker(Schedule schedule, Clock::Duration interval, std::function<void()> tick)
      : schedule_(std::move(schedule)), interval_(interval), tick_(std::move(tick)) {}
  Ticker(const Ticker&) = delete;
  Ticker& operator=(const Ticker&) = delete;

  /// Sets the timer; does nothing if it is set already.
  void arm() {
    if (std::exchange(armed_, true)) return;
    timer_ = schedule_(interval_, [this] {
      armed_ = false;
      tick_();
    });
  }
  /// Cancels the timer.
  void disarm() {
    armed_ = false;
    timer_.reset();
  }
  bool armed() const { return armed_; }

 private:
  Schedule schedule_;
  Clock::Duration interval_;
  std::function<void()> tick_;
  Timer timer_;
  bool armed_ = false;
};

}  // namespace rollcall::actors
