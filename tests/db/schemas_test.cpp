// Migrating a database from the command line, on every engine.
#include <future>

#include "app/engines.hpp"
#include "tests/db/directories.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/network/descriptor.hpp"

namespace rollcall::tests {
namespace {

db::MigrationReport migrate(const EmptyDatabase& database, bool dry_run = false) {
  const auto report = app::engine_of(database.settings()).migrate(database.settings(), dry_run);
  INFO((report ? "" : report.error()));
  REQUIRE(report.has_value());
  return *report;
}

TEST_CASE("a dry run reports what is missing and changes nothing") {
  const auto database = any_empty_database();
  const auto all = db::missing_migrations(0, db::migrations());
  CHECK(migrate(*database, true) == all);
  CHECK(migrate(*database, true) == all);
}

TEST_CASE("what is missing is applied once") {
  const auto database = any_empty_database();
  CHECK(migrate(*database) == db::missing_migrations(0, db::migrations()));
  const int newest = static_cast<int>(db::migrations().size());
  CHECK(migrate(*database) == db::MigrationReport{newest, newest, {}});
  CHECK(migrate(*database, true) == db::MigrationReport{newest, newest, {}});
}

TEST_CASE("an export of a database without a schema is refused and makes none") {
  const auto database = any_empty_database();
  CHECK_FALSE(app::engine_of(database->settings()).exporter(database->settings()).has_value());
  CHECK(migrate(*database, true).before == 0);
}

TEST_CASE("an export of an older schema says how to bring it up to date") {
  const auto database = any_empty_database();
  migrate(*database);
  database->execute("DELETE FROM schema_migrations WHERE version > 1");
  const auto exporter = app::engine_of(database->settings()).exporter(database->settings());
  REQUIRE_FALSE(exporter.has_value());
  CHECK(exporter.error().find("run `rollcall migrate`") != std::string::npos);
}

TEST_CASE("a schema that needs a newer program is refused, and not touched") {
  const auto database = any_empty_database();
  migrate(*database);
  const int newest = static_cast<int>(db::migrations().size());
  database->execute("INSERT INTO schema_migrations VALUES (" + std::to_string(newest + 1) +
                    ", 'future', " + std::to_string(newest + 1) + ", 0)");
  for (const bool dry_run : {true, false}) {
    const auto report = app::engine_of(database->settings()).migrate(database->settings(), dry_run);
    REQUIRE_FALSE(report.has_value());
    CHECK(report.error().find("install a newer Rollcall") != std::string::npos);
  }
  CHECK_FALSE(app::engine_of(database->settings()).importer(database->settings()).has_value());
  CHECK_FALSE(app::engine_of(database->settings()).exporter(database->settings()).has_value());
}

TEST_CASE("the database of another program is refused, and not touched") {
  const auto database = any_empty_database();
  database->execute("CREATE TABLE users (id INTEGER)");
  for (const bool dry_run : {true, false}) {
    const auto report = app::engine_of(database->settings()).migrate(database->settings(), dry_run);
    REQUIRE_FALSE(report.has_value());
    CHECK(report.error().find("another program") != std::string::npos);
  }
  database->execute("DROP TABLE users");
  CHECK(migrate(*database, true).before == 0);
}

TEST_CASE("nodes that migrate one empty PostgreSQL at the same time all succeed", "[threads]") {
  const auto database = empty_databases()[1].make();
  std::vector<std::future<tl::expected<db::MigrationReport, std::string>>> nodes;
  for (int i = 0; i < 8; ++i) {
    nodes.push_back(std::async(std::launch::async, [&] {
      auto settings = database->settings();
      settings.database.connect_timeout = patience;
      return app::engine_of(settings).migrate(settings, false);
    }));
  }
  std::size_t applied = 0;
  for (auto& node : nodes) {
    const auto report = node.get();
    INFO((report ? "" : report.error()));
    REQUIRE(report.has_value());
    CHECK(report->after == static_cast<int>(db::migrations().size()));
    applied += report->applied.size();
  }
  CHECK(applied == db::migrations().size());
}

}  // namespace
}  // namespace rollcall::tests
