#include "db/sqlite/writer.hpp"

#include <sqlite3.h>

#include <utility>

#include "domain/errors.hpp"

namespace rollcall::db {

namespace {

bool is_expired(const ChangeResult& result) {
  return !result && result.error().code == ErrorCode::deadline_exceeded;
}

}  // namespace

tl::expected<SqliteWriter, SqliteError> SqliteWriter::open(
    const std::filesystem::path& path, std::chrono::milliseconds statement_timeout) {
  auto connection = SqliteConnection::open(path, OpenMode::read_write, statement_timeout);
  if (!connection) return tl::unexpected(std::move(connection.error()));
  SqliteWriter writer(std::move(*connection), LogPairing(path), statement_timeout);
  if (auto prepared = writer.prepare(); !prepared) {
    return tl::unexpected(std::move(prepared.error()));
  }
  return writer;
}

SqliteWriter::SqliteWriter(SqliteConnection connection, LogPairing pairing,
                           std::chrono::milliseconds statement_timeout)
    : log_pages_(std::make_unique<int>(0)),
      connection_(std::move(connection)),
      pairing_(std::move(pairing)),
      statement_timeout_(statement_timeout) {
  // In place of SQLite's own hook, which checkpoints: here that is the pairing's.
  const auto note_pages = [](void* pages, sqlite3*, const char*, int count) -> int {
    *static_cast<int*>(pages) = count;
    return SQLITE_OK;
  };
  sqlite3_wal_hook(connection_.handle(), note_pages, log_pages_.get());
}

tl::expected<void, SqliteError> SqliteWriter::prepare() {
  auto prepared = prepare_all(connection_, find_user_, add_user_, create_user_, replace_user_,
                              delete_user_, foreign_trigger_, keys_taken_, probe_, find_answer_,
                              keep_answer_, remove_changes_, remove_answers_, begin_, commit_,
                              roll_back_, save_, release_, roll_back_one_);
  if (!prepared) return prepared;
  const auto mode = connection_.query_text("PRAGMA journal_mode");
  if (!mode) return tl::unexpected(mode.error());
  const auto synchronous = connection_.query_text("PRAGMA synchronous");
  if (!synchronous) return tl::unexpected(synchronous.error());
  constexpr std::string_view full = "2";
  if (*mode != "wal" || *synchronous != full) {
    return tl::unexpected(schema_mismatch_error("a commit would not be durable: journal mode " +
                                                *mode + ", synchronous " + *synchronous));
  }
  return {};
}

// A savepoint makes SQLite copy each page before the first change of it. It is rarely needed: a
// change is one statement that writes, and SQLite checks every constraint before it writes a row.
GroupOutcome SqliteWriter::apply_group(std::span<const Change* const> changes,
                                       const std::function<bool(std::size_t)>& expired,
                                       Timestamp at) {
  with_savepoints_ = false;
  auto outcome = try_group(changes, expired, at);
  if (!outcome) {
    with_savepoints_ = true;
    outcome = try_group(changes, expired, at);
  }
  return std::move(*outcome);
}

std::optional<GroupOutcome> SqliteWriter::try_group(std::span<const Change* const> changes,
                                                    const std::function<bool(std::size_t)>& expired,
                                                    Timestamp at) {
  GroupOutcome outcome;
  outcome.results.assign(changes.size(), tl::unexpected(Error{ErrorCode::internal, {}}));
  wrote_ = confirms_ = false;
  auto begun = connection_.check_in_place();
  if (begun) begun = begin_.execute();
  if (!begun) {
    give_up(outcome, begun.error());
    return outcome;
  }
  for (std::size_t i = 0; i < changes.size(); ++i) {
    if (expired(i)) {
      outcome.results[i] = tl::unexpected(deadline_exceeded());
      continue;
    }
    auto applied =
        with_savepoints_ ? apply_in_savepoint(*changes[i], at) : apply_one(*changes[i], at);
    if (applied) {
      outcome.results[i] = std::move(*applied);
      continue;
    }
    if (needs_savepoints(applied.error())) {
      if (connection_.in_transaction()) (void)roll_back_.execute();  // else BEGIN will fail
      return std::nullopt;
    }
    // Outside a transaction each further change would commit by itself, beside a failed group.
    if (!connection_.in_transaction() || applied.error().connection_lost()) {
      give_up(outcome, applied.error());
      return outcome;
    }
    outcome.results[i] = tl::unexpected(client_error(applied.error()));
    outcome.error = std::move(applied.error());
  }
  commit(outcome);
  return outcome;
}

// After a failure that may have left changes behind, which only a savepoint undoes.
bool SqliteWriter::needs_savepoints(const SqliteError& error) const {
  if (with_savepoints_ || error.connection_lost()) return false;
  // An interrupted write has ended the transaction, and would take its time once more.
  return connection_.in_transaction() || !error.interrupted();
}

SqliteWriter::Applied SqliteWriter::apply_one(const Change& change, Timestamp at) {
  const auto limited = connection_.limit_time(statement_timeout_);
  return std::visit([&](const auto& given) { return apply(given, at); }, change);
}

SqliteWriter::Applied SqliteWriter::apply_in_savepoint(const Change& change, Timestamp at) {
  if (auto saved = save_.execute(); !saved) return tl::unexpected(std::move(saved.error()));
  Applied applied = apply_one(change, at);
  if (applied && *applied) {
    if (auto released = release_.execute(); !released) {
      return tl::unexpected(std::move(released.error()));
    }
  } else if (connection_.in_transaction()) {
    // A change that can't be undone takes the group with it.
    if (auto error = undo_one()) return tl::unexpected(std::move(*error));
  }
  return applied;
}

std::optional<SqliteError> SqliteWriter::undo_one() {
  auto undone = roll_back_one_.execute();
  if (undone) undone = release_.execute();
  if (undone) return std::nullopt;
  if (connection_.in_transaction()) (void)roll_back_.execute();  // what is wrong is known already
  return std::move(undone.error());
}

void SqliteWriter::give_up(GroupOutcome& outcome, const SqliteError& error) {
  if (connection_.in_transaction()) (void)roll_back_.execute();
  for (ChangeResult& result : outcome.results) {
    if (!is_expired(result)) result = tl::unexpected(client_error(error));
  }
  outcome.error = error;
  outcome.reopen = error.connection_lost() || connection_.in_transaction();
}

void SqliteWriter::commit(GroupOutcome& outcome) {
  // The row that an unchanged user has may be that of a commit that is visible and not flushed, as
  // after an outcome that is unknown, or the end of a process before its flush.
  if (confirms_ && !wrote_) {
    if (auto written = write_page(); !written) return give_up(outcome, written.error());
  }
  auto committed = commit_.execute();
  if (committed) {
    // The changes are durable, whatever becomes of the log: an error is for the operator.
    if (auto kept = pairing_.committed(connection_, *log_pages_); !kept) {
      outcome.error = kept.error();
      outcome.reopen = kept.error().connection_lost();
    }
    return;
  }
  // After an I/O error while writing or flushing the log, the log may have the whole transaction:
  // SQLite could find it there after a crash. A full disk fails before the commit frame is written.
  const bool unknown = committed.error().primary() == SQLITE_IOERR;
  std::vector<bool> applied;
  for (const ChangeResult& result : outcome.results) applied.push_back(result.has_value());
  give_up(outcome, committed.error());
  if (!unknown) return;
  for (std::size_t i = 0; i < applied.size(); ++i) {
    if (!applied[i]) continue;
    outcome.results[i] = tl::unexpected(
        Error{ErrorCode::outcome_unknown, "The disk failed while the change was being stored."});
  }
}

tl::expected<void, SqliteError> SqliteWriter::try_write() {
  if (auto in_place = connection_.check_in_place(); !in_place) return in_place;
  if (auto begun = begin_.execute(); !begun) return begun;
  auto written = write_page();
  if (written) written = commit_.execute();
  if (!written && connection_.in_transaction())
    (void)roll_back_.execute();  // what is wrong is known
  return written;
}

// Something to flush for a transaction that changes nothing. SQLite writes the page although the
// value stays the same. Nobody uses user_version.
tl::expected<void, SqliteError> SqliteWriter::write_page() {
  const auto number = connection_.query_text("PRAGMA user_version");
  if (!number) return tl::unexpected(number.error());
  return connection_.execute("PRAGMA user_version = " + *number);
}

tl::expected<int, SqliteError> SqliteWriter::remove_changes(Timestamp before, int most) {
  return remove(remove_changes_, before, most);
}

tl::expected<int, SqliteError> SqliteWriter::remove_answers(Timestamp now, int most) {
  return remove(remove_answers_, now, most);
}

template <class Removal>
tl::expected<int, SqliteError> SqliteWriter::remove(Removal& removal, Timestamp before, int most) {
  if (auto in_place = connection_.check_in_place(); !in_place) {
    return tl::unexpected(std::move(in_place.error()));
  }
  const auto limited = connection_.limit_time(statement_timeout_);
  int removed = 0;
  auto cursor = removal.run(most, before.time_since_epoch().count());
  while (true) {
    const auto row = cursor.next();
    if (!row) return tl::unexpected(row.error());
    if (!*row) break;
    ++removed;
  }
  return removed;
}

tl::expected<void, SqliteError> SqliteWriter::probe() {
  if (auto in_place = connection_.check_in_place(); !in_place) return in_place;
  if (auto begun = begin_.execute(); !begun) return begun;
  auto read = probe_.execute();
  if (connection_.in_transaction()) {
    auto ended = roll_back_.execute();
    if (read && !ended) return ended;
  }
  return read;
}

}  // namespace rollcall::db
