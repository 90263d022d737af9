// The one source of time for actors: asio's timers in the daemon, a clock that the test advances in
// tests.
#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <unordered_map>
#include <utility>

namespace rollcall::actors {

/// A one-shot callback; destroying the timer cancels it. Destroy it on the loop's thread.
class Timer {
 public:
  Timer() = default;
  explicit Timer(std::function<void()> cancel) : cancel_(std::move(cancel)) {}
  Timer(Timer&& other) noexcept : cancel_(std::exchange(other.cancel_, nullptr)) {}
  Timer& operator=(Timer&& other) noexcept {
    if (this != &other) {
      reset();
      cancel_ = std::exchange(other.cancel_, nullptr);
    }
    return *this;
  }
  ~Timer() { reset(); }

  /// Whether it was set and not reset since; stays true after the callback has run.
  bool is_set() const { return cancel_ != nullptr; }

  void reset() {
    if (auto cancel = std::exchange(cancel_, nullptr)) cancel();
  }

 private:
  std::function<void()> cancel_;
};

/// A point of wall-clock time, UTC.
using WallTime = std::chrono::sys_time<std::chrono::milliseconds>;

/// Time and timers of one loop. Nothing here blocks.
class Clock {
 public:
  using TimePoint = std::chrono::steady_clock::time_point;
  using Duration = std::chrono::steady_clock::duration;

  Clock() = default;
  Clock(const Clock&) = delete;
  Clock& operator=(const Clock&) = delete;
  virtual ~Clock() = default;

  /// Steady time, for deadlines and delays.
  virtual TimePoint now() const = 0;
  /// Wall-clock time, for what is stored and shown.
  virtual WallTime wall_now() const = 0;
  /// Runs `callback` once on the loop's thread, not before `delay` has passed (negative: at once,
  /// but never inside this call). Call it on the loop's thread.
  virtual Timer after(Duration delay, std::function<void()> callback) = 0;
};

/// Runs a callback later on a loop, by the loop's clock.
using Schedule = std::function<Timer(Clock::Duration, std::function<void()>)>;

/// The schedule of an actor: callbacks run as the actor, and none runs once it has terminated.
template <class Self>
Schedule schedule_of(Self& self) {
  return [&self](Clock::Duration delay, std::function<void()> callback) {
    return self.after(delay, std::move(callback));
  };
}

/// One-shot timers that nobody needs to cancel one by one: they are cancelled together, with their
/// owner.
class TimerSet {
 public:
  /// `self.after(delay, callback)`, and keeps the timer until it has run.
  template <class Self, class F>
  void after(Self& self, Clock::Duration delay, F callback) {
    const auto number = next_++;
    timers_[number] = self.after(delay, [this, number, callback = std::move(callback)]() mutable {
      const auto done = timers_.extract(number);
      callback();
    });
  }

 private:
  std::unordered_map<std::uint64_t, Timer> timers_;
  std::uint64_t next_ = 0;
};

}  // namespace rollcall::actors
