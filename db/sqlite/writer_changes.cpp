// The part of SqliteWriter that applies one change.
#include <sqlite3.h>

#include <utility>

#include "db/kept_answers.hpp"
#include "db/sqlite/taken_keys.hpp"
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
  return change.key ? create_once(change, at) : create(change.fields, at);
}

SqliteWriter::Applied SqliteWriter::create_once(const CreateUser& change, Timestamp at) {
  const RequestKey& key = *change.key;
  {
    auto cursor = find_answer_.run(key.caller, key.key, milliseconds_of(at));
    const auto row = cursor.next();
    if (!row) return tl::unexpected(row.error());
    if (*row) {
      confirms_ = true;
      return repeated(key, cursor.row());
    }
  }
  auto applied = create(change.fields, at);
  if (!applied || !*applied) return applied;
  Changed& created = **applied;
  created.answer = std::make_shared<const KeptAnswer>(key.answer(created.user));
  auto kept = with_answer(key, *created.answer, at,
                          [&](const auto&... columns) { return keep_answer_.execute(columns...); });
  if (!kept) return tl::unexpected(std::move(kept.error()));
  return applied;
}

SqliteWriter::Applied SqliteWriter::create(const UserFields& fields, Timestamp at) {
  using Id = tl::expected<std::int64_t, SqliteError>;
  const StoredFields stored(fields);
  const Id given = with_values(stored.row(), [&](const auto&... columns) {
    return with_values(new_record(at), [&](const auto&... record) -> Id {
      // When the ids are used up, SQLite rolls back a statement with RETURNING, and for one without
      // it the whole transaction.
      if (with_savepoints_) return id_from(create_user_.run(columns..., record...));
      const auto one = [&] { return connection_.check_one_changed(); };
      return add_user_.execute(columns..., record...).and_then(one).map([&] {
        return connection_.inserted_id();
      });
    });
  });
  if (!given) return rejection_of(given.error(), stored.keys(), 0);
  const auto id = UserId::from(*given);
  if (!id) return tl::unexpected(invalid_row_error("the user that was created has no id"));
  wrote_ = true;
  return std::make_shared<const User>(new_user(*id, fields, at));
}

SqliteWriter::Applied SqliteWriter::apply(const ReplaceUser& change, Timestamp at) {
  const auto& [id, fields, precondition, expected] = change;
  return apply(PatchUser{id, UserPatch::of(fields), precondition, expected}, at);
}

SqliteWriter::Applied SqliteWriter::apply(const PatchUser& change, Timestamp at) {
  auto found = current(change.id);
  if (!found) return tl::unexpected(std::move(found.error()));
  if (!*found) return ChangeResult(tl::unexpected(user_not_found()));
  auto user = patched(**found, change.patch, change.precondition, change.expected, at);
  if (!user) return ChangeResult(tl::unexpected(std::move(user.error())));
  if (user->version == (*found)->version) {
    confirms_ = true;
    return std::make_shared<const User>(std::move(*user));
  }
  return rewrite(std::move(*user), **found);
}

SqliteWriter::Applied SqliteWriter::apply(const DeleteUser& change, Timestamp) {
  auto found = current(change.id);
  if (!found) return tl::unexpected(std::move(found.error()));
  if (!*found) return ChangeResult(tl::unexpected(user_not_found()));
  const User& user = **found;
  const Record record{user.version, user.created_at, user.updated_at};
  if (auto error = refuse(record, change.precondition, {})) {
    return ChangeResult(tl::unexpected(std::move(*error)));
  }
  auto deleted = delete_user_.execute(change.id.value());
  if (deleted) deleted = connection_.check_one_changed();
  if (!deleted) return tl::unexpected(std::move(deleted.error()));
  wrote_ = true;
  return ChangeResult(nullptr);
}

SqliteWriter::Applied SqliteWriter::rewrite(User user, const User& before) {
  const auto fields = user.fields();
  const StoredFields stored(fields);
  auto replaced = with_values(stored.row(), [&](const auto&... values) {
    return replace_user_.execute(values..., user.version, milliseconds_of(user.updated_at),
                                 user.id.value());
  });
  if (replaced) replaced = connection_.check_one_changed();
  if (!replaced) {
    return rejection_of(std::move(replaced.error()), UserKeys(UserPatch::of(fields), before),
                        user.id.value());
  }
  wrote_ = true;
  return std::make_shared<const User>(std::move(user));
}

// SQLite checks the constraints in an order of its own; so the keys are looked up. A statement of a
// trigger that says OR ROLLBACK has ended the transaction.
SqliteWriter::Applied SqliteWriter::rejection_of(SqliteError error, const UserKeys& keys,
                                                 std::int64_t id) {
  if (error.code != SQLITE_CONSTRAINT_UNIQUE || !connection_.in_transaction()) {
    return tl::unexpected(std::move(error));
  }
  if (!with_savepoints_) {
    // The statement of a trigger may have been the one that failed, and where it says OR FAIL,
    // SQLite keeps what was changed before.
    auto cursor = foreign_trigger_.run();
    if (const auto row = cursor.next(); !row || *row) return tl::unexpected(std::move(error));
  }
  const auto key = first_taken_key(keys_taken_, keys, id);
  if (!key) return tl::unexpected(key.error());
  return tl::unexpected(taken(*key ? *key : keys.first()));
}

tl::expected<std::optional<User>, SqliteError> SqliteWriter::current(UserId id) {
  auto cursor = find_user_.run(id.value());
  const auto row = cursor.next();
  if (!row) return tl::unexpected(row.error());
  if (!*row) return std::nullopt;
  auto user = user_of(cursor.row());
  if (!user) return tl::unexpected(invalid_row_error(user.error()));
  return std::move(*user);
}

}  // namespace rollcall::db
