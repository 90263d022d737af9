// Holds a history against what was true: docs/scaling.md's promises, one rule for each.
#pragma once

#include <string>
#include <vector>

#include "tests/simulator/history.hpp"
#include "tests/simulator/truth.hpp"

namespace rollcall::simulator {

/// The times that the promises speak of.
struct Promises {
  std::chrono::milliseconds lease{2'000};             // invalidation.timeout_ms
  std::chrono::milliseconds notification_delay{400};  // how late a notification may arrive
  std::chrono::milliseconds stale_if_error{5'000};    // lookup.stale_if_error_s
  std::chrono::milliseconds answer_grace{90};         // after a deadline
  std::chrono::milliseconds arrival_grace{300};       // for a node to learn of another server
  // On SQLite the node itself invalidates its caches, without invalidation.timeout: a loop that
  // gets no time delays that, along with the answer of the write.
  bool stalls_delay_notifications = false;
};

struct Violation {
  std::string rule;
  std::vector<std::string> lines;  // what it is about
};

/// Everything that breaks a promise; nothing where all is well.
std::vector<Violation> violations_of(const History& history, const Truth& truth,
                                     const Promises& promises);

}  // namespace rollcall::simulator
