// The only source of random numbers in a simulation.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>

#include "actors/runtime/clock.hpp"

namespace rollcall::simulator {

/// SplitMix64 (Steele, Lea, Flood 2014): the same numbers on every machine.
class Random {
 public:
  explicit Random(std::uint64_t seed) : state_(seed) {}

  std::uint64_t next() {
    state_ += 0x9e3779b97f4a7c15;
    std::uint64_t z = state_;
    z = (z ^ z >> 30) * 0xbf58476d1ce4e5b9;
    z = (z ^ z >> 27) * 0x94d049bb133111eb;
    return z ^ z >> 31;
  }
  /// 0..count-1; `count` is at least 1.
  std::size_t below(std::size_t count) { return static_cast<std::size_t>(next() % count); }
  /// True with a probability of `percent` in 100.
  bool chance(double percent) {
    constexpr double scale = 100.0 / 18446744073709551616.0;  // 2^64
    return static_cast<double>(next()) * scale < percent;
  }
  /// From `least` to `most`, to the microsecond.
  actors::Clock::Duration between(actors::Clock::Duration least, actors::Clock::Duration most) {
    using std::chrono::microseconds;
    const auto span = std::chrono::duration_cast<microseconds>(most - least).count();
    return least + microseconds{below(static_cast<std::size_t>(span) + 1)};
  }

 private:
  std::uint64_t state_;
};

}  // namespace rollcall::simulator
