// How fast old changes are removed from the log.
#pragma once

#include <chrono>

namespace rollcall::actors {

/// A write store removes old changes this long after a write, and then again until none is left.
inline constexpr std::chrono::seconds removal_interval{1};
/// Less than so many at a time, since writes wait for it: that takes some milliseconds.
inline constexpr int most_removed = 2'000;

}  // namespace rollcall::actors
