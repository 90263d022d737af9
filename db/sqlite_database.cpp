#include "db/sqlite_database.hpp"

#include <chrono>

#include "db/database_file.hpp"
#include "db/sqlite_reader.hpp"
#include "db/sqlite_schema.hpp"
#include "db/sqlite_writer.hpp"

namespace rollcall::db {

namespace {

// Another program may hold SQLite's own lock for a moment, for instance a backup.
constexpr std::chrono::milliseconds busy_timeout{2'000};

tl::expected<MigrationReport, std::string> bring_up_to_date(const SqliteConnection& connection) {
  // First of all: a schema that is refused must not be touched, not even its journal mode.
  if (auto planned = plan(connection, migrations()); !planned) return planned;
  const auto mode = connection.query_text("PRAGMA journal_mode = WAL");
  if (!mode) return tl::unexpected(mode.error().explained());
  if (*mode != "wal") {
    return tl::unexpected("can't have a write-ahead log here (journal mode " + *mode +
                          "): is it on a network file system?");
  }
  const auto now = std::chrono::floor<std::chrono::milliseconds>(std::chrono::system_clock::now());
  return migrate(connection, migrations(), now);
}

// The stores open the same way; what they would stumble over is said here, at start-up.
tl::expected<void, SqliteFault> check_statements(const std::filesystem::path& path) {
  auto writer = SqliteWriter::open(path, busy_timeout);
  if (!writer) return tl::unexpected(std::move(writer.error()));
  auto reader = SqliteReader::open(path, busy_timeout);
  if (!reader) return tl::unexpected(std::move(reader.error()));
  return reader->probe(busy_timeout);
}

tl::expected<SqliteDatabase, std::string> about(const std::filesystem::path& path,
                                                const std::string& error) {
  return tl::unexpected("database " + path.string() + ": " + error);
}

}  // namespace

tl::expected<SqliteDatabase, std::string> SqliteDatabase::prepare(
    const std::filesystem::path& path) {
  const auto file = writable_database_file(path);
  if (!file) return about(path, file.error());
  auto lock = LockFile::acquire(*file);
  if (!lock) return about(path, lock.error());
  auto connection = SqliteConnection::open(*file, OpenMode::read_write, busy_timeout);
  if (!connection) return about(path, connection.error().explained());
  auto report = bring_up_to_date(*connection);
  if (!report) return about(path, report.error());
  if (auto checked = check_statements(*file); !checked) {
    return about(path, checked.error().explained());
  }
  return SqliteDatabase(*file, std::move(*lock), std::move(*report));
}

tl::expected<MigrationReport, std::string> pending_migrations(const std::filesystem::path& path) {
  std::error_code ignored;
  if (!std::filesystem::exists(path, ignored)) {
    return missing_migrations(0, migrations());
  }
  const auto about_path = [&](const std::string& error) {
    return tl::unexpected("database " + path.string() + ": " + error);
  };
  const auto file = existing_database_file(path);
  if (!file) return about_path(file.error());
  auto connection = SqliteConnection::open(*file, OpenMode::read_only, busy_timeout);
  if (!connection) return about_path(connection.error().explained());
  auto planned = plan(*connection, migrations());
  if (!planned) return about_path(planned.error());
  return planned;
}

}  // namespace rollcall::db
