#include "transfer/open_directory.hpp"

#include <iostream>

#include "config/database_url.hpp"
#include "db/postgres/database.hpp"
#include "db/postgres/exporter.hpp"
#include "db/postgres/importer.hpp"
#include "db/sqlite/database.hpp"
#include "db/sqlite/exporter.hpp"
#include "db/sqlite/importer.hpp"

namespace rollcall::app {

namespace {

/// What the one of two functions brings that knows the engine of the URL.
template <class Value, class OnSqlite, class OnPostgres>
tl::expected<Value, std::string> open(const config::Settings& settings, OnSqlite on_sqlite,
                                      OnPostgres on_postgres) {
  const auto url = config::parse_database_url(settings.database.url);
  if (!url) return tl::unexpected("database.url: " + url.error());
  if (const auto* file = std::get_if<config::SqliteUrl>(&*url)) {
    return on_sqlite(file->path).map([](auto opened) { return Value(std::move(opened)); });
  }
  const auto target = db::PgTarget::parse(std::get<config::PostgresUrl>(*url).text);
  if (!target) return tl::unexpected("database.url: " + target.error());
  auto opened = on_postgres(*target, settings.database.connect_timeout);
  if (opened) return Value(*std::move(opened));
  return tl::unexpected("database " + target->shown() + ": " + opened.error().explained());
}

}  // namespace

tl::expected<std::unique_ptr<db::Importer>, std::string> open_importer(
    const config::Settings& settings) {
  return open<std::unique_ptr<db::Importer>>(settings, db::SqliteImporter::open,
                                             db::PgImporter::open);
}

tl::expected<std::unique_ptr<db::Exporter>, std::string> open_exporter(
    const config::Settings& settings) {
  return open<std::unique_ptr<db::Exporter>>(settings, db::SqliteExporter::open,
                                             db::PgExporter::open);
}

tl::expected<db::MigrationReport, std::string> migrate_directory(const config::Settings& settings,
                                                                 bool dry_run) {
  const auto prepare = [](const std::string& path) {
    return db::SqliteDatabase::prepare(path).map([](db::SqliteDatabase database) {
      if (const auto closed = database.close(); !closed) std::cerr << closed.error() << '\n';
      return database.migrations();
    });
  };
  if (dry_run) {
    return open<db::MigrationReport>(settings, db::pending_migrations, db::pending_postgres);
  }
  return open<db::MigrationReport>(settings, prepare, db::prepare_postgres);
}

}  // namespace rollcall::app
