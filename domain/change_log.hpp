// The log of changes: what was done to users, in the order of the commits.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include <tl/expected.hpp>

#include "domain/error.hpp"
#include "domain/time.hpp"
#include "domain/user.hpp"

namespace rollcall {

enum class ChangeKind { created, updated, deleted };

/// A committed change of one user.
struct LoggedChange {
  std::int64_t seq;  // grows in the order of the commits, with gaps
  UserId user;
  std::int64_t version;  // after the change; of a deleted user the last one
  ChangeKind kind;
  Timestamp at;                     // by the clock of the database, shortly before the commit
  std::optional<std::string> by{};  // who asked for it; nothing while there is no access control

  bool operator==(const LoggedChange&) const = default;
};

/// Which changes: those behind `after`, ascending. Without `after` none: only where the log ends.
struct ChangesQuery {
  std::optional<std::int64_t> after{};  // 0 or more
  int limit = 50;                       // 1..max_changes
  std::optional<UserId> user{};         // of this user only

  bool operator==(const ChangesQuery&) const = default;
};

/// The most changes on one page.
inline constexpr int max_changes = 500;

/// Changes of one snapshot.
struct ChangesPage {
  std::vector<LoggedChange> changes;
  std::int64_t next;  // the `after` of the next page, which may be empty yet

  bool operator==(const ChangesPage&) const = default;
};

/// changes_expired where changes behind `after` are no longer in the log, or `after` is not in it.
using ChangesResult = tl::expected<ChangesPage, Error>;

}  // namespace rollcall
