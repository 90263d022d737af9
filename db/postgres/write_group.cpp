#include "db/postgres/write_group.hpp"

#include <algorithm>

#include "db/postgres/statements.hpp"
#include "domain/errors.hpp"

namespace rollcall::db {

PgWriteGroup::PgWriteGroup(std::vector<const Change*> changes, Timestamp at, std::string origin,
                           Expired expired)
    : changes_(std::move(changes)),
      at_(at),
      origin_(std::move(origin)),
      expired_(std::move(expired)),
      results_(changes_.size(), tl::unexpected(Error{ErrorCode::internal, {}})),
      settled_(changes_.size(), false),
      written_(changes_.size()) {}

PgWriteGroup PgWriteGroup::trial(std::string origin) {
  PgWriteGroup group({}, {}, std::move(origin));
  group.trial_ = true;
  return group;
}

PgWriteGroup::Sent PgWriteGroup::begin(PgConnection& connection) {
  return send_changes(connection);
}

PgWriteGroup::Sent PgWriteGroup::end_segment(PgConnection& connection, bool flush) {
  pending_.push_back({Step::sync, 0, "sync", 0});
  if (auto sent = connection.send_sync(); !sent || !flush) return sent;
  return connection.flush().map([](bool) {});
}

PgWriteGroup::Sent PgWriteGroup::send_changes(PgConnection& connection) {
  namespace pg = sql::postgres;
  phase_ = Phase::changes;
  failed_ = frame_failed_ = undo_ = false;
  found_.assign(changes_.size(), std::nullopt);
  unchanged_.assign(changes_.size(), false);
  resolved_.assign(changes_.size(), std::nullopt);
  written_.assign(changes_.size(), std::nullopt);
  looked_up_.assign(changes_.size(), false);
  decided_.assign(changes_.size(), false);
  in_question_.assign(changes_.size(), false);
  next_ = 0;
  reads_sent_ = false;
  std::vector<std::int64_t> targets;
  for (std::size_t i = 0; i < changes_.size(); ++i) {
    const auto id = target_of(*changes_[i]);
    if (id && !settled_[i]) targets.push_back(id->value());
  }
  auto sent = send<pg::begin>(connection, Step::frame, 0);
  if (sent) sent = send<pg::lock_table>(connection, Step::frame, 0);
  if (sent) sent = send<pg::lock_users>(connection, Step::locks, 0, Integers(targets));
  if (with_savepoints_) {
    if (sent) sent = send<pg::check_at_once>(connection, Step::frame, 0);
    if (sent) sent = send<pg::log_at_commit>(connection, Step::frame, 0);
    if (sent) sent = send<pg::save>(connection, Step::frame, 0);
    if (sent) sent = end_segment(connection, true);
    window_ = 1;
    return sent;  // the first window is sent when it is known who is locked
  }
  return sent ? send_rest(connection) : sent;
}

// Up to the first merge whose user's attributes were not read since the change before of that user,
// or the first create whose key was not looked up.
PgWriteGroup::Sent PgWriteGroup::send_rest(PgConnection& connection) {
  Sent sent;
  while (sent && next_ < changes_.size()) {
    const auto i = next_;
    if (needs_base(i) || needs_answer(i)) {
      sent = send_bases(connection, changes_.size());
      if (sent) sent = send_lookups(connection);
      break;
    }
    const auto end = attempts_ == 0 ? end_of_creates(i) : i;
    if (end > i) {
      sent = send_creates(connection, i, end);
    } else if (is_open(i)) {
      sent = send_change(connection, i);
    }
    next_ = std::max(end, i + 1);
  }
  if (sent && trial_) sent = send_trial(connection);
  if (!sent) return sent;
  return end_segment(connection, true);
}

PgWriteGroup::Sent PgWriteGroup::send_roll_back(PgConnection& connection) {
  phase_ = Phase::roll_back;
  if (auto sent = send<sql::postgres::roll_back>(connection, Step::frame, 0); !sent) return sent;
  return end_segment(connection, true);
}

PgWriteGroup::Sent PgWriteGroup::send_again(PgConnection& connection, bool with_savepoints) {
  again_ = true;
  ++attempts_;
  with_savepoints_ = with_savepoints;
  // What was applied was undone.
  for (std::size_t i = 0; i < changes_.size(); ++i) {
    if (!settled_[i]) results_[i] = tl::unexpected(Error{ErrorCode::internal, {}});
  }
  return send_roll_back(connection);
}

PgWriteGroup::Sent PgWriteGroup::take(PgConnection& connection, const PgResult& result) {
  const PendingResult pending = pending_.front();
  pending_.pop_front();
  if (pending.step == Step::sync) return pending_.empty() ? after_sync(connection) : Sent{};
  if (result.is_good()) {
    take_good(pending, result);
    return {};
  }
  if (result.is_skipped()) return {};  // what failed before it has been noted
  PgError error = result.error("statement " + std::string(pending.name));
  if (error.connection_lost()) return tl::unexpected(std::move(error));
  take_failed(pending, std::move(error));
  return {};
}

PgWriteGroup::Sent PgWriteGroup::after_sync(PgConnection& connection) {
  switch (phase_) {
    case Phase::changes:
      return after_changes(connection);
    case Phase::commit:
      return after_commit(connection);
    case Phase::roll_back:
      if (std::exchange(again_, false)) {
        next_ = 0;
        settle_expired();
        return send_changes(connection);
      }
      break;
    case Phase::done:
      break;
  }
  phase_ = Phase::done;
  return {};
}

PgWriteGroup::Sent PgWriteGroup::after_changes(PgConnection& connection) {
  if (frame_failed_) {
    fail_rest(client_error(*trouble_));
    return send_roll_back(connection);
  }
  if (with_savepoints_ && !undo_) return send_window(connection);
  if (failed_ || undo_) return send_again(connection, retry_with_savepoints_ || attempts_ > 0);
  if (next_ < changes_.size()) return send_rest(connection);
  return send_commit(connection);
}

PgWriteGroup::Sent PgWriteGroup::after_commit(PgConnection& connection) {
  if (committed_) {
    if (doubt_) doubt_applied("The database committed the change with a warning.");
    phase_ = Phase::done;
    return {};
  }
  const PgError rolled_back{PgError::Kind::statement, "the commit rolled back"};
  const PgError& error = trouble_ ? *trouble_ : rolled_back;
  // A deferred constraint or trigger has refused one of the changes: which one is found
  // with savepoints.
  const bool of_one = !frame_failed_ && !error.locked() && !error.concerns_all();
  if (of_one && !with_savepoints_ && !trial_) {
    trouble_.reset();
    return send_again(connection, true);
  }
  fail_rest(client_error(error));
  return send_roll_back(connection);  // the transaction may still be open
}

void PgWriteGroup::lose(const PgError& error) {
  if (phase_ == Phase::commit && committed_) {
    if (doubt_) doubt_applied("The database committed the change with a warning.");
  } else if (phase_ == Phase::commit) {
    doubt_applied("The database was lost while the change was being stored.");
    in_doubt_ = transaction_;
  } else {
    fail_rest(client_error(error));
  }
  if (!committed_) withdraw_reasons(client_error(error));
  phase_ = Phase::done;
}

// The reason for which a change was refused may be an earlier change of this group, which was not
// or may not have been committed. So the reason is withdrawn; the change itself was not applied.
void PgWriteGroup::withdraw_reasons(const Error& error) {
  for (ChangeResult& result : results_) {
    if (result) continue;
    const auto code = result.error().code;
    if (code == ErrorCode::precondition_failed || code == ErrorCode::validation_failed ||
        code == ErrorCode::user_not_found || code == ErrorCode::email_taken ||
        code == ErrorCode::username_taken || code == ErrorCode::external_id_taken) {
      result = tl::unexpected(error);
    }
  }
}

// Fails the changes without a final result.
void PgWriteGroup::fail_rest(const Error& error) {
  for (std::size_t i = 0; i < changes_.size(); ++i) {
    if (!settled_[i]) settle(i, tl::unexpected(error));
  }
}

void PgWriteGroup::doubt_applied(const char* why) {
  for (ChangeResult& result : results_) {
    if (result) result = tl::unexpected(Error{ErrorCode::outcome_unknown, why});
  }
}

}  // namespace rollcall::db
