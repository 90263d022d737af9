// Delays between retries: exponential, with full jitter, so that clients that failed together do
// not retry together.
#pragma once

#include <algorithm>
#include <random>

#include "actors/runtime/clock.hpp"

namespace rollcall::actors {

class Backoff {
 public:
  /// Delays are drawn uniformly from 0 to `first` * 2^failures, or to `longest` if that is less.
  Backoff(Clock::Duration first, Clock::Duration longest, std::uint64_t seed)
      : first_(first), longest_(longest), random_(seed) {}

  /// The delay after `failures` failed retries in a row: 0 for the first retry.
  Clock::Duration delay(int failures) {
    auto ceiling = first_;
    for (int i = 0; i < failures && ceiling < longest_; ++i) ceiling *= 2;
    ceiling = std::min(ceiling, longest_);
    std::uniform_int_distribution<Clock::Duration::rep> even(0, ceiling.count());
    return Clock::Duration{even(random_)};
  }
  /// A duration drawn uniformly from 0 to `longest`.
  Clock::Duration up_to(Clock::Duration longest) {
    std::uniform_int_distribution<Clock::Duration::rep> even(0, longest.count());
    return Clock::Duration{even(random_)};
  }

 private:
  Clock::Duration first_;
  Clock::Duration longest_;
  std::mt19937_64 random_;
};

}  // namespace rollcall::actors
