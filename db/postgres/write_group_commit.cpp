// The part of PgWriteGroup that sends what ends its transaction.
#include <limits>

#include "db/postgres/column_lists.hpp"
#include "db/postgres/notifications.hpp"
#include "db/postgres/statements.hpp"
#include "db/postgres/write_group.hpp"

namespace rollcall::db {

// Sends the answers, the notifications, the log of changes and COMMIT. Where every change was
// refused, ROLLBACK: it needs no flush.
PgWriteGroup::Sent PgWriteGroup::send_commit(PgConnection& connection) {
  namespace pg = sql::postgres;
  std::vector<UserId> ids;
  bool refused = !trial_;
  for (std::size_t i = 0; i < changes_.size(); ++i) {
    refused = refused && !results_[i];
    if (written_[i]) ids.push_back(UserId::from(written_[i]->user_id).value());
  }
  if (trial_) ids.push_back(UserId::from(std::numeric_limits<std::int64_t>::max()).value());
  if (refused) return send_roll_back(connection);
  phase_ = Phase::commit;
  Sent sent;
  if (with_savepoints_)
    sent = send<pg::roll_back_one>(connection, Step::frame, 0);  // the last may have failed
  if (sent)
    sent = send<pg::wait_for_locks>(connection, Step::frame, 0, std::string_view(lock_timeout_));
  if (sent) sent = keep_answers(connection);
  for (const std::string& payload : payloads_of(origin_, ids)) {
    if (sent) sent = send<pg::notify>(connection, Step::frame, 0, std::string_view(payload));
  }
  // What is confirmed without a change may be that of a commit that is visible and not flushed yet.
  if (sent) {
    sent = ids.empty() ? send<pg::confirm>(connection, Step::frame, 0) : send_log(connection);
  }
  if (sent) sent = send<pg::commit>(connection, Step::commit, 0);
  if (!sent) return sent;
  return end_segment(connection, true);
}

// Right before COMMIT, as it takes the lock of the log. The trial writes nothing into the log, but
// needs the privilege.
PgWriteGroup::Sent PgWriteGroup::send_log(PgConnection& connection) {
  ColumnLists<WrittenRow> rows;
  for (const auto& written : written_) {
    if (written) rows.add(*written);
  }
  return rows.with_lists([&](const auto&... lists) {
    return send<sql::postgres::log_changes>(connection, Step::frame, 0, lists...);
  });
}

}  // namespace rollcall::db
