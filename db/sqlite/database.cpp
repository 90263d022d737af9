#include "db/sqlite/database.hpp"

#include <sqlite3.h>
#include <sys/stat.h>

#include <chrono>

#include "db/sqlite/database_file.hpp"
#include "db/sqlite/pairing.hpp"
#include "db/sqlite/reader.hpp"
#include "db/sqlite/schema.hpp"
#include "db/sqlite/writer.hpp"

namespace rollcall::db {

namespace {

// Takes 0.2 s for a million users in the kernel's page cache. Damage in the rest of a larger file
// is found by the reads that meet it.
constexpr std::chrono::seconds check_time{1};

// A stop is bounded (app/daemon.cpp), so it waits for other programs less long than a start.
constexpr std::chrono::milliseconds stop_lock_wait{2'000};

tl::expected<MigrationReport, std::string> bring_up_to_date(SqliteConnection& connection,
                                                            RenewKeys renew_keys) {
  // First of all: a schema that is refused must not be touched, not even its journal mode.
  if (auto planned = plan(connection, migrations()); !planned) return planned;
  auto sound = connection.check_pages(check_time);
  if (!sound && !sound.error().interrupted()) return tl::unexpected(sound.error().explained());
  const auto mode = connection.query_text("PRAGMA journal_mode = WAL");
  if (!mode) return tl::unexpected(mode.error().explained());
  if (*mode != "wal") {
    return tl::unexpected("can't have a write-ahead log here (journal mode " + *mode +
                          "): is it on a network file system?");
  }
  const auto now = std::chrono::floor<std::chrono::milliseconds>(std::chrono::system_clock::now());
  return migrate(connection, migrations(), now, renew_keys);
}

// Opens the file as the stores do, so that their errors are found at start-up.
tl::expected<void, SqliteError> check_statements(const std::filesystem::path& path) {
  auto writer = SqliteWriter::open(path, lock_wait);
  if (!writer) return tl::unexpected(std::move(writer.error()));
  auto reader = SqliteReader::open(path, lock_wait);
  if (!reader) return tl::unexpected(std::move(reader.error()));
  return reader->probe(lock_wait);
}

std::pair<std::uint64_t, std::uint64_t> identity_of(const std::filesystem::path& path) {
  struct stat status {};
  if (::stat(path.c_str(), &status) != 0) return {};
  return {status.st_dev, status.st_ino};
}

tl::expected<SqliteDatabase, std::string> about(const std::filesystem::path& path,
                                                const std::string& error) {
  return tl::unexpected("database " + path.string() + ": " + error);
}

}  // namespace

tl::expected<SqliteDatabase, std::string> SqliteDatabase::prepare(const std::filesystem::path& path,
                                                                  RenewKeys renew_keys) {
  const auto file = writable_database_file(path);
  if (!file) return about(path, file.error());
  auto lock = LockFile::acquire(*file);
  if (!lock) return about(path, lock.error());
  if (auto paired = check_pair(*file); !paired) return about(path, paired.error());
  auto connection = SqliteConnection::open(*file, OpenMode::read_write, lock_wait);
  if (!connection) return about(path, connection.error().explained());
  auto report = bring_up_to_date(*connection, renew_keys);
  if (!report) return about(path, report.error());
  if (auto checked = check_statements(*file); !checked) {
    return about(path, checked.error().explained());
  }
  // Another program may read: then the file gets its stamp at a later checkpoint.
  auto stamped = LogPairing(*file).checkpoint(*connection, SQLITE_CHECKPOINT_TRUNCATE);
  if (!stamped) return about(path, stamped.error().explained());
  return SqliteDatabase(*file, std::move(*lock), std::move(*report));
}

SqliteDatabase::SqliteDatabase(std::filesystem::path path, LockFile lock,
                               MigrationReport migrations)
    : path_(std::move(path)),
      file_(identity_of(path_)),
      lock_(std::make_unique<LockFile>(std::move(lock))),
      migrations_(std::move(migrations)) {}

SqliteDatabase::~SqliteDatabase() { (void)close(); }

tl::expected<void, std::string> SqliteDatabase::close() {
  if (!lock_) return {};
  auto whole = make_whole();
  lock_.reset();
  return whole;
}

tl::expected<void, std::string> SqliteDatabase::make_whole() const {
  const std::string about = "database " + path_.string() + ": ";
  const std::string log = path_.string() + "-wal";
  const std::string consequence = "; the last writes are in " + log +
                                  ": until the next start, whoever copies the file must copy " +
                                  log + " too";
  if (identity_of(path_) != file_) {
    return tl::unexpected(about + "the file was moved or replaced; " + log + " is not its own");
  }
  auto connection = SqliteConnection::open(path_, OpenMode::read_write, stop_lock_wait);
  if (!connection) return tl::unexpected(about + connection.error().explained() + consequence);
  int in_log = 0;
  int moved = 0;
  const int code = sqlite3_wal_checkpoint_v2(connection->handle(), "main",
                                             SQLITE_CHECKPOINT_TRUNCATE, &in_log, &moved);
  if (code == SQLITE_OK) return {};
  const auto error = error_of(connection->handle(), code, "moving the log into the file");
  return tl::unexpected(about + error.explained() + consequence);
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
  auto connection = SqliteConnection::open(*file, OpenMode::read_only, lock_wait);
  if (!connection) return about_path(connection.error().explained());
  auto planned = plan(*connection, migrations());
  if (!planned) return about_path(planned.error());
  return planned;
}

}  // namespace rollcall::db
