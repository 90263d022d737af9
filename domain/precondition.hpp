// The preconditions of a request (RFC 9110 13.1).
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

namespace rollcall {

/// A list of versions, or `*` (RFC 9110 8.8.3, 13.1.1).
struct VersionSet {
  bool any = false;  // `*`
  std::vector<std::int64_t> versions{};

  bool contains(std::int64_t version) const;
};

/// Conditions on the version of the current row. A write checks them inside its transaction.
struct Precondition {
  std::optional<VersionSet> if_match{};
  std::optional<VersionSet> if_none_match{};

  /// Whether a row of this version may be changed.
  bool holds(std::int64_t version) const;
};

}  // namespace rollcall
