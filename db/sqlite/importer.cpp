#include "db/sqlite/importer.hpp"

#include <sqlite3.h>

#include "db/sqlite/database.hpp"
#include "db/sqlite/statement.hpp"
#include "db/sqlite/taken_keys.hpp"
#include "db/statements.hpp"
#include "db/user_row.hpp"

namespace rollcall::db {

namespace {

Timestamp now_on_the_wall() {
  return std::chrono::floor<std::chrono::milliseconds>(std::chrono::system_clock::now());
}

}  // namespace

struct SqliteImporter::State {
  SqliteDatabase database;  // the lock
  SqliteConnection connection;
  Prepared<sql::create_user> create_user;
  Prepared<sql::create_user_with_id> create_user_with_id;
  Prepared<sql::keys_taken> keys_taken;
  Prepared<sql::find_user> find_user;
  Prepared<sql::deleted_user> deleted_user;
  Prepared<sql::find_import> find_import;
  Prepared<sql::record_import> record_import;
  Prepared<sql::sqlite::last_id> last_id;
  Prepared<sql::sqlite::add_deleted> add_deleted;
  Prepared<sql::sqlite::raise_last_id> raise_last_id;
  Prepared<sql::sqlite::first_last_id> first_last_id;
  Prepared<sql::sqlite::begin_write> begin;
  Prepared<sql::sqlite::commit> commit;
  Prepared<sql::sqlite::roll_back> roll_back;

  State(SqliteDatabase given_database, SqliteConnection given_connection)
      : database(std::move(given_database)), connection(std::move(given_connection)) {}

  tl::expected<void, SqliteError> prepare() {
    return prepare_all(connection, create_user, create_user_with_id, keys_taken, find_user,
                       deleted_user, find_import, record_import, last_id, add_deleted,
                       raise_last_id, first_last_id, begin, commit, roll_back);
  }

  // Rolls back the batch, if it is still open, and returns the text of the error.
  std::string undone(const SqliteError& error) {
    std::string detail = error.explained();
    if (connection.in_transaction()) {
      if (auto ended = roll_back.execute(); !ended) detail += "; and " + ended.error().explained();
    }
    return detail;
  }

  tl::expected<std::optional<ImportRejection>, SqliteError> rejection_of(const UsedId& used) {
    if (!used.deleted) return std::nullopt;
    const auto taken = find_user.run(used.id.value()).next();
    if (!taken) return tl::unexpected(taken.error());
    return *taken ? std::optional(id_taken(used.id)) : std::nullopt;
  }

  tl::expected<void, SqliteError> use_up(const UsedId& used) {
    const std::int64_t id = used.id.value();
    if (used.deleted) {
      if (auto added = add_deleted.execute(id); !added) return added;
    }
    auto cursor = last_id.run();
    const auto known = cursor.next();
    if (!known) return tl::unexpected(known.error());
    if (!*known) return first_last_id.execute(id);
    return cursor.row().id < id ? raise_last_id.execute(id) : tl::expected<void, SqliteError>{};
  }

  // The first key of the user that another one has.
  tl::expected<std::optional<std::size_t>, SqliteError> first_taken(const UserFields& fields) {
    return first_taken_key(keys_taken, UserKeys(fields), 0);
  }

  tl::expected<IdRow, SqliteError> insert(const ImportedUser& user, Timestamp now) {
    const StoredFields stored(user.fields);
    auto cursor = with_values(stored.row(), [&](const auto&... fields) {
      return with_values(record_of(user, now), [&](const auto&... record) {
        return user.id ? create_user_with_id.run(user.id->value(), fields..., record...)
                       : create_user.run(fields..., record...);
      });
    });
    const auto row = cursor.next();
    if (!row) return tl::unexpected(row.error());
    const IdRow id = *row ? cursor.row() : IdRow{};
    if (const auto end = cursor.next(); !end) return tl::unexpected(end.error());
    return id;
  }
};

SqliteImporter::SqliteImporter(std::unique_ptr<State> state) : state_(std::move(state)) {}
SqliteImporter::~SqliteImporter() = default;  // closing the connection rolls back

tl::expected<void, std::string> SqliteImporter::close() {
  SqliteDatabase database = std::move(state_->database);
  state_.reset();
  return database.close();
}

tl::expected<std::unique_ptr<SqliteImporter>, std::string> SqliteImporter::open(
    const std::filesystem::path& path) {
  auto database = SqliteDatabase::prepare(path);
  if (!database) return tl::unexpected(std::move(database.error()));
  const std::string about = "database " + path.string() + ": ";
  auto connection = SqliteConnection::open(database->path(), OpenMode::read_write, lock_wait);
  if (!connection) return tl::unexpected(about + connection.error().explained());
  auto state = std::make_unique<State>(std::move(*database), std::move(*connection));
  if (auto prepared = state->prepare(); !prepared) {
    return tl::unexpected(about + prepared.error().explained());
  }
  return std::unique_ptr<SqliteImporter>(new SqliteImporter(std::move(state)));
}

tl::expected<std::optional<ResumePoint>, std::string> SqliteImporter::resume_point(
    std::string_view sha256) {
  auto cursor = state_->find_import.run(sha256);
  const auto row = cursor.next();
  if (!row) return tl::unexpected(row.error().explained());
  if (!*row) return std::nullopt;
  const ImportRow found = cursor.row();
  return ResumePoint{found.last_line, found.finished != 0,
                     std::string(found.file_name.value_or(""))};
}

tl::expected<std::optional<ImportRejection>, std::string> SqliteImporter::rejection_of(
    const ImportedUser& user) {
  if (user.id) {
    const auto taken = state_->find_user.run(user.id->value()).next();
    if (!taken) return tl::unexpected(taken.error().explained());
    if (*taken) return id_taken(*user.id);
    const auto deleted = state_->deleted_user.run(user.id->value()).next();
    if (!deleted) return tl::unexpected(deleted.error().explained());
    if (*deleted) return id_deleted(*user.id);
  }
  const auto taken = state_->first_taken(user.fields);
  if (!taken) return tl::unexpected(taken.error().explained());
  return *taken ? std::optional(key_taken(user.fields, **taken)) : std::nullopt;
}

tl::expected<std::vector<std::optional<ImportRejection>>, std::string>
SqliteImporter::rejections_of(std::span<const ImportedUser> users) {
  std::vector<std::optional<ImportRejection>> errors;
  for (const ImportedUser& user : users) {
    auto error = rejection_of(user);
    if (!error) return tl::unexpected(std::move(error.error()));
    errors.push_back(std::move(*error));
  }
  return errors;
}

tl::expected<std::int64_t, std::string> SqliteImporter::last_id() {
  auto cursor = state_->last_id.run();
  const auto row = cursor.next();
  if (!row) return tl::unexpected(row.error().explained());
  return *row ? cursor.row().id : 0;
}

tl::expected<std::vector<Importer::Added>, std::string> SqliteImporter::add(
    std::span<const ImportedUser> users, Timestamp now) {
  if (auto begun = state_->begin.execute(); !begun) {
    return tl::unexpected(begun.error().explained());
  }
  std::vector<Added> all;
  for (const ImportedUser& user : users) {
    auto added = add_one(user, now);
    if (!added) return tl::unexpected(std::move(added.error()));
    all.push_back(std::move(*added));
  }
  return all;
}

tl::expected<Importer::Added, std::string> SqliteImporter::add_one(const ImportedUser& user,
                                                                   Timestamp now) {
  if (user.id) {
    const auto deleted = state_->deleted_user.run(user.id->value()).next();
    if (!deleted) return tl::unexpected(state_->undone(deleted.error()));
    if (*deleted) return Added(tl::unexpected(id_deleted(*user.id)));
  }
  const auto inserted = state_->insert(user, now);
  if (inserted) {
    if (const auto id = UserId::from(inserted->id)) return Added(*id);
    return tl::unexpected<std::string>("the database gave no id");
  }
  // SQLite undoes the one statement that breaks a constraint, and nothing else.
  const SqliteError& error = inserted.error();
  if (error.code == SQLITE_CONSTRAINT_UNIQUE) {
    const auto taken = state_->first_taken(user.fields);
    if (!taken) return tl::unexpected(state_->undone(taken.error()));
    if (*taken) return Added(tl::unexpected(key_taken(user.fields, **taken)));
  }
  if ((error.code == SQLITE_CONSTRAINT_PRIMARYKEY || error.code == SQLITE_CONSTRAINT_ROWID) &&
      user.id) {
    return Added(tl::unexpected(id_taken(*user.id)));
  }
  return tl::unexpected(state_->undone(error));
}

tl::expected<std::vector<std::optional<ImportRejection>>, std::string>
SqliteImporter::rejections_of(std::span<const UsedId> ids) {
  std::vector<std::optional<ImportRejection>> errors;
  for (const UsedId& used : ids) {
    auto error = state_->rejection_of(used);
    if (!error) return tl::unexpected(state_->undone(error.error()));
    errors.push_back(std::move(*error));
  }
  return errors;
}

tl::expected<std::vector<std::optional<ImportRejection>>, std::string> SqliteImporter::use_up(
    std::span<const UsedId> ids) {
  if (auto begun = state_->begin.execute(); !begun) {
    return tl::unexpected(begun.error().explained());
  }
  auto errors = rejections_of(ids);
  if (!errors) return errors;
  for (std::size_t i = 0; i < ids.size(); ++i) {
    if ((*errors)[i]) continue;
    if (const auto done = state_->use_up(ids[i]); !done) {
      return tl::unexpected(state_->undone(done.error()));
    }
  }
  return errors;
}

tl::expected<void, std::string> SqliteImporter::commit(std::string_view sha256,
                                                       const ResumePoint& reached,
                                                       const std::optional<ResumePoint>& before) {
  // Without a batch the record would be committed at once.
  if (!state_->connection.in_transaction()) {
    return tl::unexpected<std::string>("no batch is under way");
  }
  const auto recorded =
      state_->record_import
          .run(sha256, reached.last_line, reached.finished ? 1 : 0,
               milliseconds_of(now_on_the_wall()), reached.file_name,
               before ? before->last_line : -1, before && before->finished ? 1 : 0)
          .next();
  if (!recorded) return tl::unexpected(state_->undone(recorded.error()));
  if (!*recorded) {
    static_cast<void>(state_->roll_back.execute());
    return tl::unexpected(overtaken());
  }
  if (auto committed = state_->commit.execute(); !committed) {
    return tl::unexpected(state_->undone(committed.error()));
  }
  return {};
}

}  // namespace rollcall::db
