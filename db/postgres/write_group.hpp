// Many changes in one transaction on PostgreSQL, each of which may fail without the others, and
// without waiting between them.
#pragma once

#include <cstdint>
#include <deque>
#include <functional>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include <tl/expected.hpp>

#include "db/postgres/client/connection.hpp"
#include "db/postgres/statement_rows.hpp"
#include "db/user_keys.hpp"
#include "domain/change.hpp"

namespace rollcall::db {

/// A write group in flight. Two round trips to the server: all changes, then notification, log of
/// changes and commit.
///
/// A change that changes no field of its user writes nothing. COMMIT confirms it too, without a
/// notification and not in the log: the row may be that of a commit that is visible and neither
/// flushed nor on a standby yet, as after an outcome that is unknown. It waits for both, as
/// `confirm` has written.
///
/// Expected failures (not found, failed precondition, duplicate key) return zero rows, so they do
/// not abort the transaction. Where a change gives several unique values, a further statement looks
/// up which one is taken. A patch that merges attributes is sent once those of its user were read,
/// in a round trip more. So is a create with a key, once it has the key's lock and no answer is
/// kept for it; the answer is stored with the COMMIT. Where another transaction has that lock, or
/// an earlier create of the group, the create is answered user_locked: its retry finds the answer.
/// A user whom another transaction has locked is skipped, without waiting for the lock: all changes
/// of that user are answered user_locked, were not applied and may be tried again. Where another
/// transaction has written a unique value and not committed, the change waits for 5 ms, and then is
/// answered user_locked too.
///
/// A lock timeout, and any other failure of a change, aborts the whole transaction on the server.
/// The group is then sent again without that change. After a second such failure, or where a change
/// makes the commit fail, the next attempt has a savepoint before each change and checks deferred
/// constraints at once, so that a further failure concerns one change only. After a deadlock or a
/// serialization failure the next attempt has savepoints too, and keeps the change, as it may
/// succeed now. A change that leaves an invalid row is refused, and the group sent again without
/// it. Nothing is applied twice: no attempt before was committed.
///
/// The first attempt sends many creates in a row as one statement. Where that fails, the next
/// attempt has savepoints and a statement for each change. Where it does not tell for certain which
/// create got which id, as with another program's trigger that changes or drops new rows, the next
/// attempt has a statement for each change.
///
/// Needs the connection for itself until it is done.
class PgWriteGroup {
 public:
  /// Asked before change i is sent again: whether its deadline has passed.
  using Expired = std::function<bool(std::size_t)>;

  /// `origin` names this process in the notification. The changes must outlive the group.
  PgWriteGroup(std::vector<const Change*> changes, Timestamp at, std::string origin,
               Expired expired = {});
  /// A group without changes that tests whether writing works: it inserts, changes and deletes a
  /// user, rolls that back to a savepoint, and commits, with a flush and a notification.
  static PgWriteGroup trial(std::string origin);

  /// Sends the changes. The connection has been checked and is in pipeline mode.
  tl::expected<void, PgError> begin(PgConnection& connection);
  /// Takes the next result of the connection, and sends what follows from it. After an error the
  /// connection is lost: call `lose`.
  tl::expected<void, PgError> take(PgConnection& connection, const PgResult& result);
  /// Every change has its result and the connection is free.
  bool is_done() const { return phase_ == Phase::done; }
  /// To be called when the connection is lost. Without a COMMIT sent, nothing is applied; with a
  /// COMMIT sent and not answered, the outcome is unknown.
  void lose(const PgError& error);

  /// In the order of the changes; call it when it is done or lost.
  std::vector<ChangeResult> take_results() { return std::move(results_); }
  /// Errors of the server that are not expected failures, for the log; the first few.
  const std::vector<PgError>& errors() const { return errors_; }
  /// The users whose rows others had locked.
  const std::vector<std::int64_t>& passed_over() const { return passed_over_; }
  /// Whether the transaction was committed, without a warning that leaves it in doubt.
  bool committed() const { return committed_ && !doubt_; }
  /// An error that concerns more than one change: of the transaction, its commit or the server.
  const std::optional<PgError>& trouble() const { return trouble_; }
  /// The transaction whose commit was sent and not answered, for `transaction_status`.
  const std::optional<std::string>& in_doubt() const { return in_doubt_; }

 private:
  enum class Phase { changes, roll_back, commit, done };
  enum class Step { frame, locks, base, claim, answer, read, change, keys, creates, commit, sync };
  struct PendingResult {
    Step step;
    std::size_t change;  // the first one of `creates`
    std::string_view name;
    std::size_t end = 0;  // of `creates`: behind the last one
  };
  struct FoundRow {
    Record record;
    std::optional<User> user{};         // nothing where the row is invalid, or to be deleted
    bool invalid_and_as_asked = false;  // it has what the change sets already
  };
  using Sent = tl::expected<void, PgError>;

  Sent send_changes(PgConnection& connection);
  Sent send_rest(PgConnection& connection);
  Sent send_window(PgConnection& connection);
  std::size_t end_of_window() const;
  Sent send_in_segment(PgConnection& connection, std::size_t index,
                       Sent (PgWriteGroup::*step)(PgConnection&, std::size_t));
  Sent send_change(PgConnection& connection, std::size_t index);
  std::size_t end_of_creates(std::size_t first) const;
  Sent send_creates(PgConnection& connection, std::size_t first, std::size_t end);
  Sent send_keys(PgConnection& connection, std::size_t index, const UserKeys& keys,
                 std::int64_t id);
  // Whether its result is open, in this attempt.
  bool is_open(std::size_t index) const { return !settled_[index] && !decided_[index]; }
  const RequestKey* key_of(std::size_t index) const;
  bool needs_answer(std::size_t index) const;
  Sent send_lookup(PgConnection& connection, std::size_t index);
  Sent send_lookups(PgConnection& connection);
  Sent keep_answers(PgConnection& connection);
  bool needs_base(std::size_t index) const;
  Sent send_bases(PgConnection& connection, std::size_t end);
  Sent send_trial(PgConnection& connection);
  Sent send_commit(PgConnection& connection);
  Sent send_log(PgConnection& connection);
  Sent send_roll_back(PgConnection& connection);
  Sent send_again(PgConnection& connection, bool with_savepoints);
  template <const auto& declared, class... Params>
  Sent send(PgConnection& connection, Step step, std::size_t change, const Params&... params) {
    pending_.push_back({step, change, declared.name, 0});
    return connection.send<declared>(params...);
  }
  Sent end_segment(PgConnection& connection, bool flush);
  Sent after_sync(PgConnection& connection);
  Sent after_changes(PgConnection& connection);
  Sent after_commit(PgConnection& connection);
  void take_good(const PendingResult& pending, const PgResult& result);
  bool take_creates(const PendingResult& pending, const PgResult& result);
  void take_base(std::size_t index, const PgResult& result);
  void take_claim(std::size_t index, const PgResult& result);
  void take_answer(std::size_t index, const PgResult& result);
  void take_found(std::size_t index, const PgResult& result);
  void take_keys(std::size_t index, const PgResult& result);
  void take_locks(const PgResult& result);
  void take_commit(const PgResult& result);
  void take_failed(const PendingResult& pending, PgError error);
  void skip_from(std::int64_t id, std::size_t from);
  void settle(std::size_t index, ChangeResult result);
  void settle_expired();
  ChangeResult applied(std::size_t index, const PgResult& result);
  ChangeResult not_applied(std::size_t index);
  ChangeResult key_taken(std::size_t index);
  UserPatch patch_of(std::size_t index) const;
  UserKeys keys_of(std::size_t index) const;
  void fail_rest(const Error& error);
  void withdraw_reasons(const Error& error);
  void doubt_applied(const char* why);

  std::vector<const Change*> changes_;
  Timestamp at_;
  std::string origin_;
  Expired expired_;
  bool trial_ = false;
  Phase phase_ = Phase::changes;
  bool with_savepoints_ = false;  // this attempt has one before each change
  int attempts_ = 0;              // that failed
  bool failed_ = false;           // a change, in this attempt or window
  bool frame_failed_ = false;     // of a statement other than the changes and COMMIT
  bool undo_ = false;             // a change that is refused was applied in this attempt
  bool again_ = false;            // send the group again once the rollback is done
  bool committed_ = false;
  bool doubt_ = false;  // the server warned while it committed
  bool retry_with_savepoints_ = false;
  bool reads_sent_ = false;              // for the next window
  std::size_t next_ = 0;                 // the first change that was not sent
  std::size_t window_ = 1;               // how many changes are sent at once, with savepoints
  std::deque<PendingResult> pending_{};  // of the statements sent and not answered
  std::vector<std::optional<FoundRow>> found_{};  // the row that a change found
  // Of a merge, what it makes of the attributes that the user has.
  std::vector<std::optional<UserPatch>> resolved_{};
  std::vector<bool> looked_up_{};    // no answer is kept for its key, or decided_
  std::vector<bool> decided_{};      // its result needs no statement, in this attempt
  std::vector<bool> in_question_{};  // one of its keys is taken; which one, is looked up
  std::vector<ChangeResult> results_;
  std::vector<bool> settled_;                         // its result stands, and it is not sent again
  std::vector<bool> unchanged_{};                     // its user has the fields already
  std::vector<std::optional<WrittenRow>> written_{};  // what a change has done in this attempt
  std::vector<std::int64_t> passed_over_{};
  std::string lock_timeout_{};
  std::string transaction_{};
  std::vector<PgError> errors_{};
  std::optional<PgError> trouble_{};
  std::optional<std::string> in_doubt_{};
};

}  // namespace rollcall::db
