// The part of SqliteWriter that applies one change.
#include <sqlite3.h>

#include <utility>

#include "db/sqlite/writer.hpp"
#include "db/user_row.hpp"
#include "domain/errors.hpp"

namespace rollcall::db {

namespace {

// The id that create_user returned, 0 where it returned none.
tl::expected<std::int64_t, SqliteError> id_from(Cursor<IdRow> cursor) {
  const auto row = cursor.next();
  if (!row) return tl::unexpected(row.error());
  const std::int64_t id = *row ? cursor.row().id : 0;
  if (const auto end = cursor.next(); !end) return tl::unexpected(end.error());
  return id;
}

}  // namespace

SqliteWriter::Applied SqliteWriter::apply(const CreateUser& change, Timestamp at) {
  using Id = tl::expected<std::int64_t, SqliteError>;
  const StoredFields stored(change.fields);
  const Id given = with_values(stored.row(), [&](const auto&... fields) {
    return with_values(new_record(at), [&](const auto&... record) -> Id {
      // When the ids are used up, SQLite rolls back a statement with RETURNING, and for one without
      // it the whole transaction.
      if (with_savepoints_) return id_from(create_user_.run(fields..., record...));
      const auto one = [&] { return connection_.check_one_changed(); };
      return add_user_.execute(fields..., record...).and_then(one).map([&] {
        return connection_.inserted_id();
      });
    });
  });
  if (!given) return rejection_of(given.error());
  const auto id = UserId::from(*given);
  if (!id) return tl::unexpected(invalid_row_error("the user that was created has no id"));
  return std::make_shared<const User>(new_user(*id, change.fields, at));
}

SqliteWriter::Applied SqliteWriter::apply(const ReplaceUser& change, Timestamp at) {
  const auto& [id, fields, precondition, expected] = change;
  return apply(PatchUser{id, UserPatch::of(fields), precondition, expected}, at);
}

SqliteWriter::Applied SqliteWriter::apply(const PatchUser& change, Timestamp at) {
  auto found = current(change.id, change.precondition, change.expected);
  if (!found) return tl::unexpected(std::move(found.error()));
  if (!*found) return tl::unexpected(std::move(found->error()));
  User user = std::move(**found);
  change.patch.apply_to(user);
  return rewrite(std::move(user), at);
}

SqliteWriter::Applied SqliteWriter::apply(const DeleteUser& change, Timestamp) {
  auto found = current(change.id, change.precondition, {});
  if (!found) return tl::unexpected(std::move(found.error()));
  if (!*found) return tl::unexpected(std::move(found->error()));
  auto deleted = delete_user_.execute(change.id.value());
  if (deleted) deleted = connection_.check_one_changed();
  if (!deleted) return tl::unexpected(std::move(deleted.error()));
  return ChangeResult(nullptr);
}

SqliteWriter::Applied SqliteWriter::rewrite(User user, Timestamp at) {
  user.version += 1;
  user.updated_at = at;
  const auto fields = user.fields();
  const StoredFields stored(fields);
  auto replaced = with_values(stored.row(), [&](const auto&... values) {
    return replace_user_.execute(values..., user.version, milliseconds_of(at), user.id.value());
  });
  if (replaced) replaced = connection_.check_one_changed();
  if (!replaced) return rejection_of(std::move(replaced.error()));
  return std::make_shared<const User>(std::move(user));
}

// The e-mail's is our only UNIQUE constraint beside the primary key, whose values SQLite assigns. A
// statement of a trigger that says OR ROLLBACK has ended the transaction.
SqliteWriter::Applied SqliteWriter::rejection_of(SqliteError error) {
  if (error.code != SQLITE_CONSTRAINT_UNIQUE || !connection_.in_transaction()) {
    return tl::unexpected(std::move(error));
  }
  if (!with_savepoints_) {
    // The statement of a trigger may have been the one that failed, and where it says OR FAIL,
    // SQLite keeps what was changed before.
    auto cursor = foreign_trigger_.run();
    if (const auto row = cursor.next(); !row || *row) return tl::unexpected(std::move(error));
  }
  return tl::unexpected(email_taken());
}

tl::expected<tl::expected<User, Error>, SqliteError> SqliteWriter::current(
    UserId id, const Precondition& precondition, const ExpectedRecord& expected) {
  using Found = tl::expected<User, Error>;
  auto cursor = find_user_.run(id.value());
  const auto row = cursor.next();
  if (!row) return tl::unexpected(row.error());
  if (!*row) return Found(tl::unexpected(user_not_found()));
  auto user = user_of(cursor.row());
  if (!user) return tl::unexpected(invalid_row_error(user.error()));
  const Record record{user->version, user->created_at, user->updated_at};
  if (auto error = refuse(record, precondition, expected)) return Found(tl::unexpected(*error));
  return Found(std::move(*user));
}

}  // namespace rollcall::db
