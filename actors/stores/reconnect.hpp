// When a store connects to its database again: after longer and longer delays, until the database
// does what is asked of it.
#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <optional>
#include <random>
#include <utility>

#include "actors/runtime/backoff.hpp"
#include "actors/runtime/clock.hpp"

namespace rollcall::actors {

struct ReconnectOptions {
  // Upper bounds: with full jitter a delay may be as short as none.
  std::chrono::milliseconds min{50};    // of the first delay
  std::chrono::milliseconds max{500};   // of every delay
  std::optional<std::uint64_t> seed{};  // of the jitter; random where none is given
};

/// Runs on its actor's loop. Blocks for as long as `connect` does.
class Reconnect {
 public:
  /// `connect` makes one attempt. The schedule calls it, never a function below.
  Reconnect(Schedule schedule, const ReconnectOptions& options, std::function<void()> connect)
      : schedule_(std::move(schedule)),
        backoff_(options.min, options.max, options.seed ? *options.seed : std::random_device{}()),
        connect_(std::move(connect)) {}

  /// The database cannot be reached, or fails: the next attempt comes after a delay with full
  /// jitter, and after `more`.
  void after_failure(Clock::Duration more = {}) {
    after(backoff_.delay(failures_) + more);
    ++failures_;
  }
  /// The connection was given up while it worked: the next attempt comes at once.
  void at_once() { after({}); }
  /// The database did what was asked: the next outage begins with short delays. Not yet when it
  /// connects, for what connects and then fails would be retried without backoff.
  void worked() { failures_ = 0; }
  /// A duration drawn evenly from 0 to `longest`.
  Clock::Duration jitter(Clock::Duration longest) { return backoff_.up_to(longest); }

 private:
  void after(Clock::Duration delay) { attempt_ = schedule_(delay, connect_); }

  Schedule schedule_;
  Backoff backoff_;
  std::function<void()> connect_;
  int failures_ = 0;
  Timer attempt_;
};

}  // namespace rollcall::actors
