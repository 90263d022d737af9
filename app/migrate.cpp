#include "app/migrate.hpp"

#include <iostream>

#include "app/exit_code.hpp"
#include "config/database_url.hpp"
#include "db/sqlite_database.hpp"

namespace rollcall::app {
namespace {

tl::expected<db::MigrationReport, std::string> report_of(const std::string& path, bool dry_run) {
  if (dry_run) return db::pending_migrations(path);
  return db::SqliteDatabase::prepare(path).map(
      [](const db::SqliteDatabase& database) { return database.migrations(); });
}

}  // namespace

int migrate(const config::Settings& settings, bool dry_run) {
  const auto path = config::sqlite_path(settings.database.url);
  const auto report =
      path.and_then([&](const std::string& file) { return report_of(file, dry_run); });
  if (!report) {
    std::cerr << report.error() << '\n';
    return exit_failure;
  }
  for (const std::string& step : report->applied) {
    std::cout << (dry_run ? "would apply " : "applied ") << step << '\n';
  }
  std::cout << "schema version " << report->before;
  if (report->after != report->before) std::cout << " -> " << report->after;
  std::cout << (report->applied.empty() ? ", nothing to apply" : "") << std::endl;
  return std::cout ? exit_done : exit_failure;
}

}  // namespace rollcall::app
