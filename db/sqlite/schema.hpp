// The schema of a SQLite database: which version it has, and how it gets to the newest.
#pragma once

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

/// Applies what is missing, each migration in a transaction. What was applied before a failure
/// stays applied.
tl::expected<MigrationReport, std::string> migrate(const SqliteConnection& connection,
                                                   std::span<const Migration> known, Timestamp now);

}  // namespace rollcall::db
