#include "db/sqlite/schema.hpp"

#include <utility>

#include "db/sqlite/database_file.hpp"
#include "db/sqlite/key_renewal.hpp"
#include "db/sqlite/statement.hpp"

namespace rollcall::db {

namespace {

constexpr const char* migrations_table = R"(
CREATE TABLE IF NOT EXISTS schema_migrations (
  version INTEGER NOT NULL PRIMARY KEY CHECK (version >= 1),
  name TEXT NOT NULL,
  oldest_compatible INTEGER NOT NULL,
  applied_at INTEGER NOT NULL
) STRICT;
)";

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
  Prepared<sql::schema_rows> select;
  if (auto prepared = select.prepare(connection); !prepared) {
    return tl::unexpected(prepared.error().explained());
  }
  std::vector<SchemaRow> rows;
  auto cursor = select.run();
  while (true) {
    const auto more = cursor.next();
    if (!more) return tl::unexpected(more.error().explained());
    if (!*more) return schema_version(rows, newest_known);
    rows.push_back(cursor.row());
  }
}

tl::expected<void, std::string> apply(const SqliteConnection& connection,
                                      const Migration& migration, Timestamp now) {
  const auto step = [&]() -> tl::expected<void, SqliteError> {
    if (auto begun = connection.execute("BEGIN IMMEDIATE"); !begun) return begun;
    if (auto created = connection.execute(migrations_table); !created) return created;
    if (auto run = connection.execute(std::string(migration.sqlite)); !run) return run;
    Prepared<sql::record_migration> record;
    if (auto prepared = record.prepare(connection); !prepared) return prepared;
    if (auto recorded = record.execute(migration.version, migration.name,
                                       migration.oldest_compatible, now.time_since_epoch().count());
        !recorded) {
      return recorded;
    }
    return connection.execute("COMMIT");
  }();
  if (step) return {};
  std::string error = "migration " + title_of(migration) + " failed: " + step.error().explained();
  if (connection.in_transaction()) {
    if (auto undone = connection.execute("ROLLBACK"); !undone) {
      error += "; and then " + undone.error().explained();
    }
  }
  return tl::unexpected(std::move(error));
}

}  // namespace

tl::expected<MigrationReport, std::string> plan(const SqliteConnection& connection,
                                                std::span<const Migration> known) {
  const auto found = version_found(connection, static_cast<int>(known.size()));
  if (!found) return tl::unexpected(found.error());
  return missing_migrations(*found, known);
}

tl::expected<SqliteConnection, std::string> open_to_read(const std::filesystem::path& path) {
  const auto about = [&](const std::string& error) {
    return tl::unexpected("database " + path.string() + ": " + error);
  };
  const auto file = existing_database_file(path);
  if (!file) return about(file.error());
  auto connection = SqliteConnection::open(*file, OpenMode::read_only, lock_wait);
  if (!connection) return about(connection.error().explained());
  const auto planned = plan(*connection, migrations());
  if (!planned) return about(planned.error());
  if (!planned->applied.empty()) {
    return about("has an older schema than this Rollcall reads: run `rollcall migrate` first");
  }
  return std::move(*connection);
}

tl::expected<MigrationReport, std::string> migrate(const SqliteConnection& connection,
                                                   std::span<const Migration> known, Timestamp now,
                                                   RenewKeys renew_keys) {
  auto report = plan(connection, known);
  if (!report) return report;
  bool keys_renewed = false;
  const auto renew = [&]() -> tl::expected<void, std::string> {
    if (std::exchange(keys_renewed, true)) return {};
    const auto renewed = renew_keys_of_all(connection);
    if (!renewed) return tl::unexpected("renewing keys failed: " + renewed.error().explained());
    report->keys = *renewed;
    return {};
  };
  for (const Migration& migration : known) {
    if (migration.version <= report->before) continue;
    if (migration.renews_keys) {
      if (auto renewed = renew(); !renewed) return tl::unexpected(std::move(renewed.error()));
    }
    if (auto applied = apply(connection, migration, now); !applied) {
      return tl::unexpected(std::move(applied.error()));
    }
  }
  if (renew_keys == RenewKeys::always) {
    if (auto renewed = renew(); !renewed) return tl::unexpected(std::move(renewed.error()));
  }
  return report;
}

}  // namespace rollcall::db
