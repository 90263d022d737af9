// A clock that only a test moves.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <utility>

#include <asio/io_context.hpp>
#include <asio/post.hpp>

#include "actors/runtime/clock.hpp"

namespace rollcall::tests {

/// Virtual time for one io_context that the test polls. For one thread.
class ManualClock final : public actors::Clock {
 public:
  explicit ManualClock(asio::io_context& io) : io_(io) {}

  TimePoint now() const override { return now_; }
  actors::WallTime wall_now() const override {
    return actors::WallTime{std::chrono::milliseconds{1'700'000'000'000}} +
           std::chrono::duration_cast<std::chrono::milliseconds>(now_.time_since_epoch());
  }

  actors::Timer after(Duration delay, std::function<void()> callback) override {
    auto key = std::pair{now_ + delay, ++serial_};
    due_[key] = std::move(callback);
    return actors::Timer([this, key] { due_.erase(key); });
  }

  bool idle() const { return due_.empty(); }
  /// When the next callback is due. Only where there is one.
  TimePoint next() const { return due_.begin()->first.first; }
  /// When the last one is due; now where there is none.
  TimePoint last() const { return due_.empty() ? now_ : due_.rbegin()->first.first; }

  /// Where a callback is due by `at`: moves time to when it is due, posts it, and returns true.
  /// Else moves time to `at` and returns false.
  bool run_one_until(TimePoint at) {
    if (due_.empty() || due_.begin()->first.first > at) {
      now_ = std::max(now_, at);
      return false;
    }
    now_ = std::max(now_, due_.begin()->first.first);
    auto callback = std::move(due_.begin()->second);
    due_.erase(due_.begin());
    asio::post(io_, std::move(callback));
    return true;
  }

 private:
  asio::io_context& io_;
  TimePoint now_{std::chrono::hours{1}};
  std::uint64_t serial_ = 0;
  std::map<std::pair<TimePoint, std::uint64_t>, std::function<void()>> due_;
};

}  // namespace rollcall::tests
