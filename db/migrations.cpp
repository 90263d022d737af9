#include "db/migrations.hpp"

#include <array>

#include "db/sqlite_statement.hpp"
#include "db/statements.hpp"

namespace rollcall::db {

namespace {

constexpr std::array all_migrations{
    // AUTOINCREMENT: the id of a deleted user is never given again. email_key is the e-mail folded
    // by domain/, since the lower() of the engines differ. Times are milliseconds since 1970, UTC.
    Migration{.version = 1, .name = "users", .oldest_compatible = 1, .sql = R"(
CREATE TABLE users (
  id INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT CHECK (id >= 1),
  name TEXT NOT NULL CHECK (length(name) BETWEEN 1 AND 200),
  email TEXT,
  email_key TEXT UNIQUE,
  version INTEGER NOT NULL CHECK (version >= 1),
  created_at INTEGER NOT NULL,
  updated_at INTEGER NOT NULL,
  CHECK ((email IS NULL) = (email_key IS NULL))
) STRICT;
)"},
    // One row for each imported file: how far it was read, in the transaction of its last batch.
    Migration{.version = 2, .name = "imports", .oldest_compatible = 1, .sql = R"(
CREATE TABLE imports (
  sha256 TEXT NOT NULL PRIMARY KEY CHECK (length(sha256) = 64),
  last_line INTEGER NOT NULL CHECK (last_line >= 0),
  finished INTEGER NOT NULL CHECK (finished IN (0, 1)),
  updated_at INTEGER NOT NULL
) STRICT;
)"},
};

constexpr const char* migrations_table = R"(
CREATE TABLE IF NOT EXISTS schema_migrations (
  version INTEGER NOT NULL PRIMARY KEY CHECK (version >= 1),
  name TEXT NOT NULL,
  oldest_compatible INTEGER NOT NULL,
  applied_at INTEGER NOT NULL
) STRICT;
)";

struct SchemaRow {
  std::int64_t version = 0;
  std::int64_t oldest_compatible = 0;
};

}  // namespace

template <>
inline constexpr auto columns_of<SchemaRow> =
    std::tuple{Column{"version", &SchemaRow::version},
               Column{"oldest_compatible", &SchemaRow::oldest_compatible}};

namespace {

constexpr Statement<SchemaRow> schema_rows{
    "schema_rows", "SELECT version, oldest_compatible FROM schema_migrations ORDER BY version"};

// $1 version, $2 name, $3 the oldest compatible version, $4 now
constexpr Statement<NoRow, std::int64_t, Text, std::int64_t, std::int64_t> record_migration{
    "record_migration",
    "INSERT INTO schema_migrations (version, name, oldest_compatible, applied_at) "
    "VALUES ($1, $2, $3, $4)"};

// The schema version found, 0 where no migration was ever applied; or why this binary must not
// touch the database.
tl::expected<int, std::string> version_found(const SqliteConnection& connection, int newest_known) {
  const auto tables = connection.query_text("SELECT count(*) FROM sqlite_schema");
  if (!tables) return tl::unexpected(tables.error().explained());
  if (*tables == "0") return 0;
  const auto ours = connection.query_text(
      "SELECT count(*) FROM sqlite_schema WHERE type = 'table' AND name = 'schema_migrations'");
  if (!ours) return tl::unexpected(ours.error().explained());
  if (*ours == "0") {
    return tl::unexpected<std::string>(
        "is a SQLite database of another program: it has tables and no "
        "schema_migrations");
  }
  Prepared<schema_rows> rows;
  if (auto prepared = rows.prepare(connection); !prepared) {
    return tl::unexpected(prepared.error().explained());
  }
  int found = 0;
  auto cursor = rows.run();
  while (true) {
    const auto more = cursor.next();
    if (!more) return tl::unexpected(more.error().explained());
    if (!*more) return found;
    const SchemaRow row = cursor.row();
    if (row.version != found + 1) {
      return tl::unexpected("lacks migration " + std::to_string(found + 1) +
                            " though later ones were applied");
    }
    if (row.oldest_compatible > newest_known) {
      return tl::unexpected("has schema version " + std::to_string(row.version) +
                            ", which needs a Rollcall that knows version " +
                            std::to_string(row.oldest_compatible) + "; this one knows " +
                            std::to_string(newest_known) + ": install a newer Rollcall");
    }
    ++found;
  }
}

tl::expected<void, std::string> apply(const SqliteConnection& connection,
                                      const Migration& migration, Timestamp now) {
  const auto step = [&]() -> tl::expected<void, SqliteFault> {
    if (auto begun = connection.execute("BEGIN IMMEDIATE"); !begun) return begun;
    if (auto created = connection.execute(migrations_table); !created) return created;
    if (auto run = connection.execute(std::string(migration.sql)); !run) return run;
    Prepared<record_migration> record;
    if (auto prepared = record.prepare(connection); !prepared) return prepared;
    if (auto recorded = record.execute(migration.version, migration.name,
                                       migration.oldest_compatible, now.time_since_epoch().count());
        !recorded) {
      return recorded;
    }
    return connection.execute("COMMIT");
  }();
  if (step) return {};
  std::string error = "migration " + std::to_string(migration.version) + " (" +
                      std::string(migration.name) + ") failed: " + step.error().explained();
  if (connection.in_transaction()) {
    if (auto undone = connection.execute("ROLLBACK"); !undone) {
      error += "; and then " + undone.error().explained();
    }
  }
  return tl::unexpected(std::move(error));
}

}  // namespace

std::span<const Migration> migrations() { return all_migrations; }

tl::expected<MigrationReport, std::string> plan(const SqliteConnection& connection,
                                                std::span<const Migration> known) {
  const auto found = version_found(connection, static_cast<int>(known.size()));
  if (!found) return tl::unexpected(found.error());
  MigrationReport report{.before = *found, .after = *found};
  for (const Migration& migration : known) {
    if (migration.version <= *found) continue;
    report.applied.push_back(std::to_string(migration.version) + " " + std::string(migration.name));
    report.after = migration.version;
  }
  return report;
}

tl::expected<MigrationReport, std::string> migrate(const SqliteConnection& connection,
                                                   std::span<const Migration> known,
                                                   Timestamp now) {
  auto report = plan(connection, known);
  if (!report) return report;
  for (const Migration& migration : known) {
    if (migration.version <= report->before) continue;
    if (auto applied = apply(connection, migration, now); !applied) {
      return tl::unexpected(std::move(applied.error()));
    }
  }
  return report;
}

}  // namespace rollcall::db
