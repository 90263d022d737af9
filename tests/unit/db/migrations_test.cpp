// The schema: how it is migrated, and which programs may use it.
#include "db/sqlite/database.hpp"
#include "db/sqlite/schema.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/sample_users.hpp"
#include "tests/support/temp_dir.hpp"

namespace rollcall::tests {
namespace {

using db::Migration;
using db::MigrationReport;
using db::SqliteConnection;
using Strings = std::vector<std::string>;
using namespace std::chrono_literals;

constexpr Timestamp noon{std::chrono::milliseconds{1'700'000'000'000}};

const Migration first{1, "first", 1, "CREATE TABLE a (id INTEGER PRIMARY KEY) STRICT;", {}};
const Migration second{2, "second", 1, "CREATE TABLE b (id INTEGER PRIMARY KEY) STRICT;", {}};
const Migration breaking{2, "breaking", 2, "DROP TABLE a;", {}};
const Migration failing{2, "failing", 1, "CREATE TABLE c (id INTEGER) STRICT; NO SUCH THING;", {}};

class Schema {
 public:
  Schema() { write_file(path_, ""); }

  SqliteConnection open() const {
    auto opened = SqliteConnection::open(path_, db::OpenMode::read_write, 0ms);
    REQUIRE(opened.has_value());
    return std::move(*opened);
  }
  tl::expected<MigrationReport, std::string> migrate(const std::vector<Migration>& known) const {
    auto connection = open();
    return db::migrate(connection, known, noon);
  }
  std::string query(const std::string& sql) const {
    auto text = open().query_text(sql);
    REQUIRE(text.has_value());
    return *text;
  }

 private:
  TempDir folder_;
  std::filesystem::path path_ = folder_ / "schema.db";
};

TEST_CASE("a new database gets every migration, in order") {
  const Schema schema;
  const auto report = schema.migrate({first, second});
  REQUIRE(report.has_value());
  CHECK(*report == MigrationReport{0, 2, {"1 first", "2 second"}});
  CHECK(schema.query("SELECT group_concat(version || ' ' || name) FROM schema_migrations") ==
        "1 first,2 second");
  CHECK(schema.query("SELECT min(applied_at) FROM schema_migrations") == "1700000000000");
}

TEST_CASE("a migration that was applied is not applied again") {
  const Schema schema;
  REQUIRE(schema.migrate({first}).has_value());
  CHECK(*schema.migrate({first}) == MigrationReport{1, 1, {}});
  CHECK(*schema.migrate({first, second}) == MigrationReport{1, 2, {"2 second"}});
}

TEST_CASE("planning reports what migrating would do and changes nothing") {
  const Schema schema;
  auto connection = schema.open();
  const auto planned = db::plan(connection, std::vector{first, second});
  REQUIRE(planned.has_value());
  CHECK(*planned == MigrationReport{0, 2, {"1 first", "2 second"}});
  CHECK(schema.query("SELECT count(*) FROM sqlite_schema") == "0");
}

TEST_CASE("a migration that fails leaves nothing behind, and those before it stay") {
  const Schema schema;
  const auto report = schema.migrate({first, failing});
  REQUIRE_FALSE(report.has_value());
  CHECK(report.error().find("migration 2 failing failed") != std::string::npos);
  CHECK(schema.query("SELECT count(*) FROM sqlite_schema WHERE name = 'c'") == "0");
  CHECK(schema.query("SELECT max(version) FROM schema_migrations") == "1");
  CHECK(schema.migrate({first, second}).has_value());
}

TEST_CASE("a binary is refused by a schema that needs a newer one") {
  const Schema schema;
  REQUIRE(schema.migrate({first, breaking}).has_value());
  const auto older = schema.migrate({first});
  REQUIRE_FALSE(older.has_value());
  CHECK(older.error() ==
        "has schema version 2, which needs a Rollcall that knows version 2; this one knows 1: "
        "install a newer Rollcall");
}

TEST_CASE("a binary runs on a newer schema that says it still works with it") {
  const Schema schema;
  REQUIRE(schema.migrate({first, second}).has_value());
  const auto older = schema.migrate({first});
  REQUIRE(older.has_value());
  CHECK(*older == MigrationReport{2, 2, {}});
}

TEST_CASE("a database of another program is refused and not touched") {
  const Schema schema;
  REQUIRE(schema.open().execute("CREATE TABLE recipes (id INTEGER)").has_value());
  const auto report = schema.migrate({first});
  REQUIRE_FALSE(report.has_value());
  CHECK(report.error().find("another program") != std::string::npos);
  CHECK(schema.query("SELECT count(*) FROM sqlite_schema") == "1");
}

TEST_CASE("a database that lacks a migration before one it has is refused") {
  const Schema schema;
  REQUIRE(schema.migrate({first, second}).has_value());
  REQUIRE(schema.open().execute("DELETE FROM schema_migrations WHERE version = 1").has_value());
  const auto report = schema.migrate({first, second});
  REQUIRE_FALSE(report.has_value());
  CHECK(report.error().find("lacks migration 1") != std::string::npos);
}

TEST_CASE("the migrations of this binary are numbered without gaps and never break themselves") {
  int expected = 0;
  for (const Migration& migration : db::migrations()) {
    CHECK(migration.version == ++expected);
    CHECK(migration.oldest_compatible >= 1);
    CHECK(migration.oldest_compatible <= migration.version);
  }
  CHECK(expected > 0);
}

TEST_CASE("tables are strict") {
  const TempDir folder;
  REQUIRE(db::SqliteDatabase::prepare(folder / "a.db").has_value());
  auto connection = SqliteConnection::open(folder / "a.db", db::OpenMode::read_only, 0ms);
  REQUIRE(connection.has_value());
  CHECK(*connection->query_text("SELECT count(*) FROM pragma_table_list WHERE schema = 'main' "
                                "AND strict = 0 AND name NOT LIKE 'sqlite_%'") == "0");
  CHECK(*connection->query_text("SELECT count(*) FROM pragma_table_list WHERE strict = 1") == "6");
}

TEST_CASE("what migrating would do is known for a file that does not exist, and none is made") {
  const TempDir folder;
  const auto pending = db::pending_migrations(folder / "none.db");
  REQUIRE(pending.has_value());
  CHECK(pending->before == 0);
  CHECK(pending->applied.size() == db::migrations().size());
  CHECK_FALSE(std::filesystem::exists(folder / "none.db"));
}

TEST_CASE("nothing is pending after the database was prepared") {
  const TempDir folder;
  const auto prepared = db::SqliteDatabase::prepare(folder / "a.db");
  REQUIRE(prepared.has_value());
  CHECK(prepared->migrations().before == 0);
  CHECK(prepared->migrations().applied.size() == db::migrations().size());
  const auto pending = db::pending_migrations(folder / "a.db");
  REQUIRE(pending.has_value());
  CHECK(pending->applied.empty());
}

}  // namespace
}  // namespace rollcall::tests
