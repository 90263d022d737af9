// The numbered migrations of the schema: one sequence for both engines.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include <tl/expected.hpp>

#include "db/key_renewal.hpp"
#include "db/statements.hpp"

namespace rollcall::db {

/// One step of the schema, for each engine; the texts are files of db/migrations/, one where the
/// SQL is common, a pair where it is not.
struct Migration {
  int version;  // 1, 2, 3, ... without gaps
  std::string_view name;
  int oldest_compatible;      // the oldest schema version whose binaries still work after this step
  std::string_view sqlite;    // one or more statements
  std::string_view postgres;  // likewise
  /// Before it is recorded, the program renews all keys (db/key_renewal.hpp), in transactions of
  /// their own. A renewal that was interrupted begins again at the next start.
  bool renews_keys = false;
};

/// When stale keys are renewed.
enum class RenewKeys {
  with_migration,  // where a migration is missing that renews them
  always,
};

/// The migration of a database to a newer schema, planned or done.
struct MigrationReport {
  int before = 0;                      // schema version found, 0 for a new database
  int after = 0;                       // schema version reached
  std::vector<std::string> applied{};  // "<version> <name>", in order
  KeyRenewal keys{};

  bool operator==(const MigrationReport&) const = default;
};

/// Every migration that this binary knows, ascending.
std::span<const Migration> migrations();

/// A row of the table that records what was applied.
struct SchemaRow {
  std::int64_t version = 0;
  std::int64_t oldest_compatible = 0;
};
template <>
inline constexpr auto columns_of<SchemaRow> =
    std::tuple{Column{"version", &SchemaRow::version},
               Column{"oldest_compatible", &SchemaRow::oldest_compatible}};

namespace sql {

inline constexpr Statement<SchemaRow> schema_rows{
    "schema_rows", "SELECT version, oldest_compatible FROM schema_migrations ORDER BY version",
    Scan::meant};

// $1 version, $2 name, $3 the oldest compatible version, $4 now
inline constexpr Statement<NoRow, std::int64_t, Text, std::int64_t, std::int64_t> record_migration{
    "record_migration",
    "INSERT INTO schema_migrations (version, name, oldest_compatible, applied_at) "
    "VALUES ($1, $2, $3, $4)"};

}  // namespace sql

/// The schema version that these rows (ascending) record; or why a binary that knows `newest_known`
/// must not touch the database, as the end of a sentence that begins with the database's name.
tl::expected<int, std::string> schema_version(std::span<const SchemaRow> rows, int newest_known);

/// The migrations of `known` that a database of schema version `found` lacks.
MigrationReport missing_migrations(int found, std::span<const Migration> known);

/// "<version> <name>".
std::string title_of(const Migration& migration);

}  // namespace rollcall::db
