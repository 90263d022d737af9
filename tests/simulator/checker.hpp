// Compares a history with the truth, by one rule for each promise of docs/scaling.md.
#pragma once

#include <string>
#include <vector>

#include "tests/simulator/history.hpp"
#include "tests/simulator/truth.hpp"

namespace rollcall::simulator {

/// The limits in the promises.
struct Promises {
  std::chrono::milliseconds lease{2'000};             // invalidation.timeout_ms
  std::chrono::milliseconds notification_delay{400};  // how late a notification may arrive
  std::chrono::milliseconds stale_if_error{5'000};    // lookup.stale_if_error_s
  std::chrono::milliseconds answer_grace{90};         // after a deadline
  std::chrono::milliseconds arrival_grace{300};       // for a node to find another server
  // On SQLite the node invalidates its caches itself, and no lease limits the delay: a loop that
  // gets no time delays the invalidation, and with it the answer to the write.
  bool stalls_delay_notifications = false;
};

struct Violation {
  std::string rule;
  std::vector<std::string> lines;  // the operations and changes concerned
};

/// Every violation of the promises about creates with an idempotency key: such a create and its
/// repetitions are one write.
std::vector<Violation> violations_of_keys(const History& history, const Truth& truth);

/// Every violation of a promise.
std::vector<Violation> violations_of(const History& history, const Truth& truth,
                                     const Promises& promises);

}  // namespace rollcall::simulator
