#include "db/sqlite_exporter.hpp"

#include "db/database_file.hpp"
#include "db/sqlite_schema.hpp"
#include "db/sqlite_statement.hpp"
#include "db/statements.hpp"
#include "db/user_row.hpp"

namespace rollcall::db {

namespace {

constexpr std::chrono::milliseconds busy_timeout{5'000};

}  // namespace

struct SqliteExporter::State {
  SqliteConnection connection;
  Prepared<sql::every_user> every_user;
  std::optional<Cursor<UserRow>> rows{};  // destroyed first
  bool done = false;
};

SqliteExporter::SqliteExporter(std::unique_ptr<State> state) : state_(std::move(state)) {}
SqliteExporter::~SqliteExporter() = default;

tl::expected<std::unique_ptr<SqliteExporter>, std::string> SqliteExporter::open(
    const std::filesystem::path& path) {
  const auto about = [&](const std::string& error) {
    return tl::unexpected("database " + path.string() + ": " + error);
  };
  const auto file = existing_database_file(path);
  if (!file) return about(file.error());
  auto connection = SqliteConnection::open(*file, OpenMode::read_only, busy_timeout);
  if (!connection) return about(connection.error().explained());
  const auto planned = plan(*connection, migrations());
  if (!planned) return about(planned.error());
  if (!planned->applied.empty()) {
    return about("has an older schema than this Rollcall reads: run `rollcall migrate` first");
  }
  auto state = std::make_unique<State>(State{std::move(*connection), {}});
  if (auto prepared = state->every_user.prepare(state->connection); !prepared) {
    return about(prepared.error().explained());
  }
  return std::unique_ptr<SqliteExporter>(new SqliteExporter(std::move(state)));
}

tl::expected<std::optional<User>, std::string> SqliteExporter::next() {
  if (state_->done) return std::nullopt;
  if (!state_->rows) state_->rows.emplace(state_->every_user.run());
  const auto row = state_->rows->next();
  if (!row) return tl::unexpected(row.error().explained());
  if (!*row) {
    state_->done = true;
    state_->rows.reset();
    return std::nullopt;
  }
  auto user = user_of(state_->rows->row());
  if (!user) return tl::unexpected(std::move(user.error()));
  return std::move(*user);
}

}  // namespace rollcall::db
