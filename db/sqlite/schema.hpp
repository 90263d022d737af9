// The schema of a SQLite database: which version it has, and how it gets to the newest.
#pragma once

#include <filesystem>
#include <span>
#include <string>

#include <tl/expected.hpp>

#include "db/migrations.hpp"
#include "db/sqlite/connection.hpp"
#include "domain/user.hpp"

namespace rollcall::db {

/// What `migrate` would apply. Refuses a schema that is too new for a binary that knows `known`,
/// and a database of another program. The error is a sentence part that follows the file's name.
tl::expected<MigrationReport, std::string> plan(const SqliteConnection& connection,
                                                std::span<const Migration> known);

/// Opens the file for a command that reads, also beside a daemon. Refused where the file does not
/// exist or lacks a migration. The error is for the operator and names the file. Blocks.
tl::expected<SqliteConnection, std::string> open_to_read(const std::filesystem::path& path);

/// Applies what is missing, each migration in a transaction. What was applied before a failure
/// stays applied.
tl::expected<MigrationReport, std::string> migrate(
    const SqliteConnection& connection, std::span<const Migration> known, Timestamp now,
    RenewKeys renew_keys = RenewKeys::with_migration);

}  // namespace rollcall::db
