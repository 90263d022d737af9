// Writes users to SQLite: many changes in one transaction. A change may fail without the others.
#pragma once

#include <chrono>
#include <filesystem>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <vector>

#include <tl/expected.hpp>

#include "db/sqlite/pairing.hpp"
#include "db/sqlite/statement.hpp"
#include "db/statements.hpp"
#include "db/user_keys.hpp"
#include "domain/change.hpp"

namespace rollcall::db {

/// What became of a group: a result for each change, in order. Where a result is a user (or null,
/// after a delete) the change is committed and flushed to the disk.
struct GroupOutcome {
  std::vector<ChangeResult> results;
  std::optional<SqliteError> error{};  // for the log, where SQLite failed
  bool reopen = false;                 // the writer is not to be used again
};

/// The one connection of the process that writes, with its statements. One thread at a time; every
/// call blocks for as long as the disk takes to flush.
class SqliteWriter {
 public:
  /// Opens an existing database, prepares every statement (a mismatch is an error that names the
  /// statement and the column) and makes sure that a commit is flushed: WAL, synchronous=FULL.
  /// `statement_timeout` of real time bounds the wait for another program's lock, and each change.
  static tl::expected<SqliteWriter, SqliteError> open(const std::filesystem::path& path,
                                                      std::chrono::milliseconds statement_timeout);

  /// Applies the changes in order, in one transaction. `expired(i)` is asked right before change i:
  /// where it is true, the change is not applied (deadline_exceeded). A change with an expected
  /// failure (user_not_found, precondition_failed, validation_failed, a key that is taken) does not
  /// affect the others, nor does one that SQLite refuses: then the group is rolled back and applied
  /// again, with a savepoint for each change. Where SQLite aborts the transaction, nothing is
  /// applied, and every change that was not expired fails with storage_unavailable. Where the flush
  /// of the commit fails, the applied changes are outcome_unknown. A change that changes no field
  /// of its user, and a repetition, write no row, and are confirmed by a flush all the same.
  GroupOutcome apply_group(std::span<const Change* const> changes,
                           const std::function<bool(std::size_t)>& expired, Timestamp at);

  /// Checks every page, for at most 4 s, since a stop of the daemon waits for it. A file that takes
  /// longer fails with SQLITE_INTERRUPT.
  tl::expected<void, SqliteError> check_pages() { return connection_.check_pages(damage_search); }

  /// Removes changes that were made before this time from the beginning of the log: all but the
  /// newest of them, and less than `most`. Returns how many.
  tl::expected<int, SqliteError> remove_changes(Timestamp before, int most);
  /// Removes the answers that have expired by now: `most`, and those that expired at the same time
  /// as the last of them. Returns how many.
  tl::expected<int, SqliteError> remove_answers(Timestamp now, int most);

  /// Takes SQLite's write lock, reads, and rolls back. Writes nothing: succeeds on a full disk.
  tl::expected<void, SqliteError> probe();
  /// Tests whether writing works, without changing anything: commits one page of the file as it is,
  /// with a flush. So it also fails on a disk without room for one page.
  tl::expected<void, SqliteError> try_write();

 private:
  using Applied = tl::expected<ChangeResult, SqliteError>;

  SqliteWriter(SqliteConnection connection, LogPairing pairing,
               std::chrono::milliseconds statement_timeout);
  tl::expected<void, SqliteError> prepare();

  // Nothing where the group was rolled back and is to be applied with savepoints.
  std::optional<GroupOutcome> try_group(std::span<const Change* const> changes,
                                        const std::function<bool(std::size_t)>& expired,
                                        Timestamp at);
  bool needs_savepoints(const SqliteError& error) const;
  Applied apply_one(const Change& change, Timestamp at);
  Applied apply_in_savepoint(const Change& change, Timestamp at);
  Applied apply(const CreateUser& change, Timestamp at);
  Applied create(const UserFields& fields, Timestamp at);
  Applied create_once(const CreateUser& change, Timestamp at);
  Applied apply(const ReplaceUser& change, Timestamp at);
  Applied apply(const PatchUser& change, Timestamp at);
  Applied apply(const DeleteUser& change, Timestamp at);
  Applied rewrite(User user, const User& before);
  // The user as the transaction sees it; nothing where there is none.
  tl::expected<std::optional<User>, SqliteError> current(UserId id);
  Applied rejection_of(SqliteError error, const UserKeys& keys, std::int64_t id);
  template <class Removal>
  tl::expected<int, SqliteError> remove(Removal& removal, Timestamp before, int most);
  std::optional<SqliteError> undo_one();
  void give_up(GroupOutcome& outcome, const SqliteError& error);
  void commit(GroupOutcome& outcome);
  tl::expected<void, SqliteError> write_page();

  std::unique_ptr<int> log_pages_;  // told by SQLite at each commit, at this address
  SqliteConnection connection_;
  LogPairing pairing_;
  std::chrono::milliseconds statement_timeout_;
  bool with_savepoints_ = false;  // this attempt has one for each change
  bool wrote_ = false;            // this attempt has changed a row
  bool confirms_ = false;         // this attempt found what a change is to make
  Prepared<sql::find_user> find_user_;
  Prepared<sql::sqlite::add_user> add_user_;
  Prepared<sql::create_user> create_user_;
  Prepared<sql::replace_user> replace_user_;
  Prepared<sql::delete_user> delete_user_;
  Prepared<sql::sqlite::foreign_trigger> foreign_trigger_;
  Prepared<sql::keys_taken> keys_taken_;
  Prepared<sql::probe> probe_;
  Prepared<sql::find_answer> find_answer_;
  Prepared<sql::keep_answer> keep_answer_;
  Prepared<sql::remove_changes> remove_changes_;
  Prepared<sql::remove_answers> remove_answers_;
  Prepared<sql::sqlite::begin_write> begin_;
  Prepared<sql::sqlite::commit> commit_;
  Prepared<sql::sqlite::roll_back> roll_back_;
  Prepared<sql::sqlite::save> save_;
  Prepared<sql::sqlite::release> release_;
  Prepared<sql::sqlite::roll_back_one> roll_back_one_;
};

}  // namespace rollcall::db
