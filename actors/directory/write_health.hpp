// Since when every write has failed, and why, as the write store sees it from its own work.
#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include "actors/runtime/clock.hpp"
#include "domain/error.hpp"

namespace rollcall::actors {

/// Records the outcomes that say something about the database. Errors of clients, and locked users,
/// do not. One thread.
class WriteHealth {
 public:
  /// A write, or a trial write, was committed.
  void worked() { failing_since_.reset(); }
  /// No write was committed, because of the database. `why`: a clause without names and SQL.
  void failed(Clock::TimePoint now, std::string_view why) {
    if (!failing_since_) failing_since_ = now;
    why_ = why;
  }

  bool failing() const { return failing_since_.has_value(); }
  /// For the operator: "writes fail since 12 s: the disk is full". Only while failing.
  Error explained(Clock::TimePoint now) const {
    const auto since = std::chrono::duration_cast<std::chrono::seconds>(now - *failing_since_);
    return {ErrorCode::storage_unavailable,
            "writes fail since " + std::to_string(since.count()) + " s: " + why_};
  }

 private:
  std::optional<Clock::TimePoint> failing_since_{};
  std::string why_{};
};

}  // namespace rollcall::actors
