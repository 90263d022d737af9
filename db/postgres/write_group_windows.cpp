// The part of PgWriteGroup that sends the changes with savepoints, some at a time.
#include <algorithm>
#include <utility>

#include "db/postgres/statements.hpp"
#include "db/postgres/write_group.hpp"

namespace rollcall::db {

namespace {

constexpr std::size_t widest_window = 64;

}  // namespace

// Sends each change in a segment of its own. After a failure the window is one change, so that
// changes that each run into the statement timeout do not delay the others past their deadlines.
PgWriteGroup::Sent PgWriteGroup::send_window(PgConnection& connection) {
  namespace pg = sql::postgres;
  if (!std::exchange(reads_sent_, false)) {
    window_ = std::exchange(failed_, false) ? 1 : std::min(2 * window_, widest_window);
  }
  settle_expired();
  const auto end = end_of_window();
  for (auto i = next_; i < end; ++i) {
    if (!needs_answer(i)) continue;
    reads_sent_ = true;
    if (auto sent = send_in_segment(connection, i, &PgWriteGroup::send_lookup); !sent) return sent;
  }
  if (reads_sent_) return connection.flush().map([](bool) {});
  for (auto i = next_; i < end; ++i) {
    if (!needs_base(i)) continue;
    reads_sent_ = true;
    auto sent = send<pg::roll_back_one>(connection, Step::frame, i);
    if (sent) sent = send_bases(connection, end);
    return sent ? end_segment(connection, true) : sent;
  }
  for (; next_ < end; ++next_) {
    if (!is_open(next_)) continue;
    auto sent = send_in_segment(connection, next_, &PgWriteGroup::send_change);
    if (!sent) return sent;
  }
  if (pending_.empty() && next_ < changes_.size()) return send_window(connection);
  if (pending_.empty()) return send_commit(connection);
  return connection.flush().map([](bool) {});
}

// A segment of the pipeline with a savepoint of its own. It begins with ROLLBACK TO SAVEPOINT,
// which undoes the segment before where that failed.
PgWriteGroup::Sent PgWriteGroup::send_in_segment(PgConnection& connection, std::size_t index,
                                                 Sent (PgWriteGroup::*step)(PgConnection&,
                                                                            std::size_t)) {
  namespace pg = sql::postgres;
  auto sent = send<pg::roll_back_one>(connection, Step::frame, index);
  if (sent) sent = (this->*step)(connection, index);
  if (sent) sent = send<pg::release>(connection, Step::frame, index);
  if (sent) sent = send<pg::save>(connection, Step::frame, index);
  if (sent) sent = end_segment(connection, false);
  return sent;
}

// A window ends before the second change of a user: where the first one turns out to be locked, the
// second must not be applied either.
std::size_t PgWriteGroup::end_of_window() const {
  std::vector<std::int64_t> seen;
  auto end = next_;
  for (std::size_t sent = 0; end < changes_.size() && sent < window_; ++end) {
    if (settled_[end]) continue;
    if (const auto id = target_of(*changes_[end])) {
      if (std::find(seen.begin(), seen.end(), id->value()) != seen.end()) break;
      seen.push_back(id->value());
    }
    ++sent;
  }
  return end;
}

}  // namespace rollcall::db
