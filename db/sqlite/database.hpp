// The database file of this process: found, locked, brought to the newest schema and checked.
#pragma once

#include <cstdint>
#include <filesystem>
#include <memory>
#include <string>
#include <utility>

#include <tl/expected.hpp>

#include "db/migrations.hpp"
#include "db/sqlite/lock_file.hpp"

namespace rollcall::db {

/// A SQLite database that no other Rollcall may write for as long as the object lives. Holds the
/// lock, but no connection: the stores and the importer open their own, and must close them first.
class SqliteDatabase {
 public:
  /// Creates the file and its folder where they are missing, takes the lock beside it, applies the
  /// migrations that are missing and prepares every statement of the program against the result.
  /// Refuses a file that is damaged, as far as `PRAGMA quick_check` finds within 1 s (a million
  /// users take 0.2 s), and one beside the write-ahead log of another file (db/sqlite/pairing).
  /// The error is for the operator and names the file and what is wrong with it. Blocks.
  static tl::expected<SqliteDatabase, std::string> prepare(
      const std::filesystem::path& path, RenewKeys renew_keys = RenewKeys::with_migration);

  SqliteDatabase(SqliteDatabase&& other) noexcept = default;
  SqliteDatabase& operator=(SqliteDatabase&& other) = delete;
  /// Closes it, where close() was not called; drops the error.
  ~SqliteDatabase();

  /// Checkpoints the write-ahead log, so that one file is the whole database, and releases the
  /// lock. Waits for the locks of other programs: for 2 s at most to open the file, and again to
  /// checkpoint. The error is for the operator: why the log still has writes, and what
  /// follows from that. The lock is released in any case. A second call does nothing. Blocks.
  tl::expected<void, std::string> close();

  /// The file itself: absolute, free of symbolic links.
  const std::filesystem::path& path() const { return path_; }
  /// What `prepare` did to the schema.
  const MigrationReport& migrations() const { return migrations_; }

 private:
  SqliteDatabase(std::filesystem::path path, LockFile lock, MigrationReport migrations);
  tl::expected<void, std::string> make_whole() const;

  std::filesystem::path path_;
  std::pair<std::uint64_t, std::uint64_t> file_;  // device and inode, as `prepare` found them
  std::unique_ptr<LockFile> lock_;                // null once closed
  MigrationReport migrations_;
};

/// What `prepare` would apply, without touching anything and without the lock: for a file that does
/// not exist, every migration. The error is for the operator. Blocks.
tl::expected<MigrationReport, std::string> pending_migrations(const std::filesystem::path& path);

}  // namespace rollcall::db
