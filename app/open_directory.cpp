#include "app/open_directory.hpp"

#include "config/database_url.hpp"
#include "db/sqlite_database.hpp"
#include "db/sqlite_exporter.hpp"
#include "db/sqlite_importer.hpp"

namespace rollcall::app {

tl::expected<std::unique_ptr<db::Importer>, std::string> open_importer(
    const config::Settings& settings) {
  return config::sqlite_path(settings.database.url).and_then([](const std::string& path) {
    return db::SqliteImporter::open(path).map(
        [](auto importer) -> std::unique_ptr<db::Importer> { return importer; });
  });
}

tl::expected<std::unique_ptr<db::Exporter>, std::string> open_exporter(
    const config::Settings& settings) {
  return config::sqlite_path(settings.database.url).and_then([](const std::string& path) {
    return db::SqliteExporter::open(path).map(
        [](auto exporter) -> std::unique_ptr<db::Exporter> { return exporter; });
  });
}

tl::expected<db::MigrationReport, std::string> migrate_directory(const config::Settings& settings,
                                                                 bool dry_run) {
  return config::sqlite_path(settings.database.url).and_then([&](const std::string& path) {
    if (dry_run) return db::pending_migrations(path);
    return db::SqliteDatabase::prepare(path).map(
        [](const db::SqliteDatabase& database) { return database.migrations(); });
  });
}

}  // namespace rollcall::app
