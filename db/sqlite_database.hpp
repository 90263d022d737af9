// The database file of this process: found, locked, brought to the newest schema and checked.
#pragma once

#include <filesystem>
#include <string>

#include <tl/expected.hpp>

#include "db/lock_file.hpp"
#include "db/migrations.hpp"

namespace rollcall::db {

/// A SQLite database that this process alone may write, for as long as the object lives. It holds
/// the lock, no connection: the stores, the importer and the exporter open their own.
class SqliteDatabase {
 public:
  /// Creates the file and its folder where they are missing, takes the lock beside it, applies the
  /// migrations that are missing and prepares every statement of the program against the result.
  /// The error is for the operator and names the file and what is wrong with it. Blocks.
  static tl::expected<SqliteDatabase, std::string> prepare(const std::filesystem::path& path);

  /// The file itself: absolute, free of symbolic links.
  const std::filesystem::path& path() const { return path_; }
  /// What `prepare` did to the schema.
  const MigrationReport& migrations() const { return migrations_; }

 private:
  SqliteDatabase(std::filesystem::path path, LockFile lock, MigrationReport migrations)
      : path_(std::move(path)), lock_(std::move(lock)), migrations_(std::move(migrations)) {}

  std::filesystem::path path_;
  LockFile lock_;
  MigrationReport migrations_;
};

/// What `prepare` would apply, without touching anything and without the lock: for a file that does
/// not exist, every migration. The error is for the operator. Blocks.
tl::expected<MigrationReport, std::string> pending_migrations(const std::filesystem::path& path);

}  // namespace rollcall::db
