// A timer that runs again and again while there is work for it.
#pragma once

#include <functional>
#include <utility>

#include "actors/runtime/clock.hpp"

namespace rollcall::actors {

/// Runs a callback after an interval, each time that it is armed: the callback arms it again while
/// there is more to do, so that an idle actor has no timer. To be destroyed on the loop's thread.
class Ticker {
 public:
  Ticker(Schedule schedule, Clock::Duration interval, std::function<void()> tick)
      : schedule_(std::move(schedule)), interval_(interval), tick_(std::move(tick)) {}
  Ticker(const Ticker&) = delete;
  Ticker& operator=(const Ticker&) = delete;

  /// The next tick comes after the interval; does nothing where one is due already.
  void arm() {
    if (std::exchange(armed_, true)) return;
    timer_ = schedule_(interval_, [this] {
      armed_ = false;
      tick_();
    });
  }
  /// No tick comes before it is armed again.
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
