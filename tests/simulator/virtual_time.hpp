// The time of a simulation: one queue of events for all loops, the server and the clients.
#pragma once

#include <algorithm>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <utility>

#include <asio/io_context.hpp>
#include <asio/post.hpp>

#include "actors/runtime/clock.hpp"

namespace rollcall::simulator {

using Duration = actors::Clock::Duration;
using TimePoint = actors::Clock::TimePoint;

/// Moves only by `run_next` and `pass_to`. Events that are due at the same time run in the order in
/// which they were added.
class VirtualTime {
 public:
  using Key = std::pair<TimePoint, std::uint64_t>;

  TimePoint now() const { return now_; }
  /// Runs `event` once, `delay` from now (negative: at once, but never inside this call).
  Key after(Duration delay, std::function<void()> event) {
    const Key key{now_ + std::max(delay, Duration::zero()), ++serial_};
    due_[key] = std::move(event);
    return key;
  }
  void cancel(const Key& key) { due_.erase(key); }
  bool idle() const { return due_.empty(); }
  /// When the next event is due; only where there is one.
  TimePoint next() const { return due_.begin()->first.first; }
  /// Moves time to the next event and runs it.
  void run_next() {
    auto first = due_.extract(due_.begin());
    now_ = first.key().first;
    first.mapped()();
  }
  /// Moves time forward; nothing may be due before `time`.
  void pass_to(TimePoint time) { now_ = std::max(now_, time); }
  /// Drops all events.
  void clear() { due_.clear(); }

 private:
  TimePoint now_{std::chrono::hours{1}};
  std::uint64_t serial_ = 0;
  std::map<Key, std::function<void()>> due_{};
};

/// The clock of one loop. As with asio's timers, a callback runs as a handler of the loop, and
/// never once its timer is destroyed, even if it is due.
class LoopClock final : public actors::Clock {
 public:
  /// `wake` is called whenever a callback has become a handler.
  LoopClock(VirtualTime& time, asio::io_context& io, std::function<void()> wake)
      : time_(time), io_(io), wake_(std::move(wake)) {}

  TimePoint now() const override { return time_.now(); }
  actors::WallTime wall_now() const override {
    return actors::WallTime{std::chrono::milliseconds{1'700'000'000'000}} +
           std::chrono::duration_cast<std::chrono::milliseconds>(now().time_since_epoch());
  }
  actors::Timer after(Duration delay, std::function<void()> callback) override {
    auto pending = std::make_shared<std::function<void()>>(std::move(callback));
    const auto key = time_.after(delay, [this, pending] {
      asio::post(io_, [pending] {
        if (auto due = std::exchange(*pending, nullptr)) due();
      });
      wake_();
    });
    return actors::Timer([this, key, pending] {
      *pending = nullptr;
      time_.cancel(key);
    });
  }

 private:
  VirtualTime& time_;
  asio::io_context& io_;
  std::function<void()> wake_;
};

}  // namespace rollcall::simulator
