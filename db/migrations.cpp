#include "db/migrations.hpp"

#include <array>

#include "db/migration_texts.hpp"

namespace rollcall::db {

namespace {

constexpr std::array all_migrations{
    Migration{1, "users", 1, sql_0001_users_sqlite, sql_0001_users_postgres},
    Migration{2, "imports", 1, sql_0002_imports_sqlite, sql_0002_imports_postgres},
    Migration{3, "import names", 1, sql_0003_import_names, sql_0003_import_names},
    Migration{4, "deleted users", 1, sql_0004_deleted_users_sqlite,
              sql_0004_deleted_users_postgres},
    Migration{5, "change notices", 1, sql_0005_change_notices_sqlite,
              sql_0005_change_notices_postgres},
    Migration{6, "more fields", 1, sql_0006_more_fields_sqlite, sql_0006_more_fields_postgres},
    Migration{7, "lists", 1, sql_0007_lists_sqlite, sql_0007_lists_postgres},
    Migration{8, "changes", 1, sql_0008_changes_sqlite, sql_0008_changes_postgres},
    Migration{9, "logged by statement", 1, sql_0009_logged_by_statement_sqlite,
              sql_0009_logged_by_statement_postgres},
    Migration{10, "kept answers", 1, sql_0010_kept_answers_sqlite, sql_0010_kept_answers_postgres},
    Migration{11, "keys", 1, sql_0011_keys, sql_0011_keys, true},
};

}  // namespace

std::span<const Migration> migrations() { return all_migrations; }

tl::expected<int, std::string> schema_version(std::span<const SchemaRow> rows, int newest_known) {
  int found = 0;
  for (const SchemaRow& row : rows) {
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
  return found;
}

MigrationReport missing_migrations(int found, std::span<const Migration> known) {
  MigrationReport report{.before = found, .after = found};
  for (const Migration& migration : known) {
    if (migration.version <= found) continue;
    report.applied.push_back(title_of(migration));
    report.after = migration.version;
  }
  return report;
}

std::string title_of(const Migration& migration) {
  return std::to_string(migration.version) + " " + std::string(migration.name);
}

}  // namespace rollcall::db
