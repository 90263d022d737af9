// Changes, and pages of them, for tests of who follows the log.
#pragma once

#include <cstdint>
#include <utility>
#include <vector>

#include "actors/directory/messages.hpp"
#include "tests/support/actors/users.hpp"

namespace rollcall::tests {

/// The changes `first` to `last`, each of the user with the number of its seq.
inline std::vector<LoggedChange> changes(std::int64_t first, std::int64_t last) {
  std::vector<LoggedChange> made;
  for (auto seq = first; seq <= last; ++seq) {
    made.push_back({seq, id(seq), 1, ChangeKind::created, Timestamp{}});
  }
  return made;
}

/// A page of these changes, at whose end the log ends.
inline actors::ListChangesReply page_of_changes(std::int64_t first, std::int64_t last) {
  return ChangesPage{changes(first, last), last};
}

/// An empty page of a log that ends here.
inline actors::ListChangesReply end_of_log(std::int64_t end) { return ChangesPage{{}, end}; }

/// What a change reader says: the changes behind `from`, up to `to`.
inline actors::ChangesRead changes_read(std::int64_t from, std::int64_t to) {
  return {from, to, std::make_shared<const std::vector<LoggedChange>>(changes(from + 1, to))};
}

}  // namespace rollcall::tests
