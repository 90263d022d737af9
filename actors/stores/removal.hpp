// How fast old changes are removed from the log, and expired answers.
#pragma once

#include <chrono>

namespace rollcall::actors {

/// A write store removes what is old this long after a write, and then again until none is left.
inline constexpr std::chrono::seconds removal_interval{1};
/// About so many of each at a time at most, since writes wait for it: that takes some milliseconds.
inline constexpr int most_removed = 2'000;

}  // namespace rollcall::actors
