// The numbered migrations of the schema: applied once, in order, each in a transaction.
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include <tl/expected.hpp>

#include "db/sqlite_connection.hpp"
#include "domain/user.hpp"

namespace rollcall::db {

/// One step of the schema.
struct Migration {
  int version;  // 1, 2, 3, ... without gaps
  std::string_view name;
  int oldest_compatible;  // the oldest schema version whose binaries still work after this step
  std::string_view sql;   // one or more statements
};

/// What brings a database to a newer schema, or brought it there.
struct MigrationReport {
  int before = 0;                      // schema version found, 0 for a new file
  int after = 0;                       // schema version reached
  std::vector<std::string> applied{};  // "<version> <name>", in order

  bool operator==(const MigrationReport&) const = default;
};

/// Every migration that this binary knows, ascending.
std::span<const Migration> migrations();

/// What `migrate` would apply. Refuses a schema that is too new for a binary that knows `known`,
/// and a database of another program. The error is a sentence part that follows the file's name.
tl::expected<MigrationReport, std::string> plan(const SqliteConnection& connection,
                                                std::span<const Migration> known);

/// Applies what is missing. What was applied before a failure stays applied.
tl::expected<MigrationReport, std::string> migrate(const SqliteConnection& connection,
                                                   std::span<const Migration> known, Timestamp now);

}  // namespace rollcall::db
