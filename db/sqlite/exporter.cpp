#include "db/sqlite/exporter.hpp"

#include <algorithm>

#include "db/sqlite/schema.hpp"
#include "db/sqlite/statement.hpp"
#include "db/statements.hpp"
#include "db/user_row.hpp"

namespace rollcall::db {

struct SqliteExporter::State {
  SqliteConnection connection;
  Prepared<sql::sqlite::begin_read> begin_read{};
  Prepared<sql::every_user> every_user{};
  Prepared<sql::sqlite::every_deleted> every_deleted{};
  Prepared<sql::sqlite::last_id> last_id{};
  std::optional<Cursor<UserRow>> users{};  // destroyed first
  std::optional<Cursor<IdRow>> deleted{};
  std::int64_t largest = 0;  // of the ids that were brought
  enum class Stage { begin, users, deleted, last, done } stage = Stage::begin;

  tl::expected<void, SqliteError> prepare() {
    return prepare_all(connection, begin_read, every_user, every_deleted, last_id);
  }
};

SqliteExporter::SqliteExporter(std::unique_ptr<State> state) : state_(std::move(state)) {}
SqliteExporter::~SqliteExporter() = default;

tl::expected<std::unique_ptr<SqliteExporter>, std::string> SqliteExporter::open(
    const std::filesystem::path& path) {
  auto connection = open_to_read(path);
  if (!connection) return tl::unexpected(std::move(connection.error()));
  auto state = std::make_unique<State>(State{std::move(*connection)});
  if (auto prepared = state->prepare(); !prepared) {
    return tl::unexpected("database " + path.string() + ": " + prepared.error().explained());
  }
  return std::unique_ptr<SqliteExporter>(new SqliteExporter(std::move(state)));
}

tl::expected<std::optional<User>, std::string> SqliteExporter::next() {
  using Stage = State::Stage;
  if (state_->stage == Stage::begin) {
    if (auto begun = state_->begin_read.execute(); !begun) {
      return tl::unexpected(begun.error().explained());
    }
    state_->users.emplace(state_->every_user.run());
    state_->stage = Stage::users;
  }
  if (state_->stage != Stage::users) return std::nullopt;
  const auto row = state_->users->next();
  if (!row) return tl::unexpected(row.error().explained());
  if (!*row) {
    state_->users.reset();
    state_->deleted.emplace(state_->every_deleted.run());
    state_->stage = Stage::deleted;
    return std::nullopt;
  }
  auto user = user_of(state_->users->row());
  if (!user) return tl::unexpected(std::move(user.error()));
  state_->largest = user->id.value();
  return std::move(*user);
}

tl::expected<std::optional<UsedId>, std::string> SqliteExporter::next_used_id() {
  using Stage = State::Stage;
  if (state_->stage == Stage::deleted) {
    const auto row = state_->deleted->next();
    if (!row) return tl::unexpected(row.error().explained());
    if (*row) {
      const std::int64_t id = state_->deleted->row().id;
      state_->largest = std::max(state_->largest, id);
      return used_id_of(id, true);
    }
    state_->deleted.reset();
    state_->stage = Stage::last;
  }
  if (state_->stage != Stage::last) return std::nullopt;
  state_->stage = Stage::done;
  auto cursor = state_->last_id.run();
  const auto row = cursor.next();
  if (!row) return tl::unexpected(row.error().explained());
  if (!*row || cursor.row().id <= state_->largest) return std::nullopt;
  return used_id_of(cursor.row().id, false);
}

}  // namespace rollcall::db
