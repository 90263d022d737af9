// The preconditions of a request (RFC 9110 13.1).
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <vector>

#include "domain/time.hpp"

namespace rollcall {

/// A list of versions, or `*` (RFC 9110 8.8.3, 13.1.1).
struct VersionSet {
  bool any = false;  // `*`
  std::vector<std::int64_t> versions{};

  bool contains(std::int64_t version) const;
};

/// A date in a condition. A change within its second is later: a client may have the date from an
/// answer that is older than this change (RFC 9110 13.1.3).
struct SinceDate {
  std::chrono::sys_seconds second;

  /// The latest time of a change that is earlier.
  Timestamp last() const { return second - std::chrono::milliseconds{1}; }
  /// Whether a row that was last changed at this time is unmodified since the date.
  bool covers(Timestamp updated_at) const { return updated_at <= last(); }
};

/// Conditions on the current row. A write checks them inside its transaction. A condition that
/// another one of the request overrides is left out (RFC 9110 13.2.2).
struct Precondition {
  std::optional<VersionSet> if_match{};
  std::optional<VersionSet> if_none_match{};
  std::optional<SinceDate> if_unmodified_since{};
  std::optional<SinceDate> if_modified_since{};  // of a read only

  /// Whether a row of this version, last changed at this time, may be changed.
  bool holds(std::int64_t version, Timestamp updated_at) const;
};

}  // namespace rollcall
