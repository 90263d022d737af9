// When a store connects to its database again: with exponential backoff and full jitter, which is
// reset once the database has executed something.
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
  std::optional<std::uint64_t> seed{};  // of the jitter; random if none is given
};

/// Runs on its actor's loop. Blocks for as long as `connect` does.
class Reconnect {
 public:
  /// `connect` makes one attempt. It is called from a timer, never inside a function below.
  Reconnect(Schedule schedule, const ReconnectOptions& options, std::function<void()> connect)
      : schedule_(std::move(schedule)),
        backoff_(options.min, options.max, options.seed ? *options.seed : std::random_device{}()),
        connect_(std::move(connect)) {}

  /// The database cannot be reached, or fails: schedules the next attempt after the backoff delay
  /// plus `more`.
  void after_failure(Clock::Duration more = {}) {
    after(backoff_.delay(failures_) + more);
    ++failures_;
  }
  /// The connection was closed on purpose while it worked: schedules an attempt without delay.
  void at_once() { after({}); }
  /// The database has executed something: resets the backoff. Not to be called when it connects: a
  /// database that accepts connections and then fails would be retried without backoff.
  void worked() { failures_ = 0; }
  /// A duration drawn uniformly from 0 to `longest`.
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
