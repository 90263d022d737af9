// Importing and exporting: what only SQLite does. What every engine does is in tests/db.
#include "db/sqlite/connection.hpp"
#include "db/sqlite/exporter.hpp"
#include "db/sqlite/importer.hpp"
#include "db/sqlite/seen_keys.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/sample_users.hpp"
#include "tests/support/temp_dir.hpp"

namespace rollcall::tests {
namespace {

using db::ImportedUser;
using db::SeenKeys;
using db::SqliteExporter;
using db::SqliteImporter;

ImportedUser imported(std::string_view name) {
  return {std::nullopt, user_name(name), std::nullopt};
}

TEST_CASE("a batch that SQLite gives up is rolled back whole, and another may begin") {
  const TempDir folder;
  const std::string file_hash(64, 'a');
  const Timestamp now = at_ms(5'000);
  const auto importer = SqliteImporter::open(folder / "a.db");
  REQUIRE(importer.has_value());
  auto other = db::SqliteConnection::open(folder / "a.db", db::OpenMode::read_write,
                                          std::chrono::seconds{1});
  REQUIRE(other
              ->execute("CREATE TRIGGER bomb AFTER INSERT ON users WHEN NEW.name = 'Bomb' BEGIN "
                        "SELECT RAISE(ROLLBACK, 'boom'); END")
              .has_value());
  CHECK_FALSE((*importer)->add({{imported("Ada"), imported("Bomb")}}, now).has_value());
  CHECK_FALSE((*importer)->commit(file_hash, {2, true}, std::nullopt).has_value());
  CHECK(*(*importer)->last_id() == 0);
  REQUIRE((*importer)->add({{imported("Bob")}}, now).has_value());
  REQUIRE((*importer)->commit(file_hash, {2, true}, std::nullopt).has_value());
  CHECK(*(*importer)->last_id() == 1);
}

TEST_CASE("an export of what is not there, or not migrated, is refused and makes nothing") {
  const TempDir folder;
  const auto none = SqliteExporter::open(folder / "none.db");
  REQUIRE_FALSE(none.has_value());
  CHECK(none.error().find("does not exist") != std::string::npos);
  CHECK_FALSE(std::filesystem::exists(folder / "none.db"));
  write_file(folder / "empty.db", "");
  const auto empty = SqliteExporter::open(folder / "empty.db");
  REQUIRE_FALSE(empty.has_value());
  CHECK(empty.error().find("rollcall migrate") != std::string::npos);
}

TEST_CASE("keys are seen once, e-mails ignoring case, ids beside them") {
  auto keys = SeenKeys::open();
  REQUIRE(keys.has_value());
  const auto seen = [&](std::string_view email, std::string_view username) {
    UserFields fields{user_name("Ada"), e_mail(email)};
    fields.username = Username::parse(username).value();
    return *keys->seen(db::UserKeys(fields));
  };
  CHECK_FALSE(seen("ada@example.org", "ada"));
  CHECK(seen("ADA@example.org", "bob") == 0);
  CHECK(seen("bob@example.org", "BOB") == 1);
  CHECK_FALSE(seen("cyd@example.org", "cyd@example.org"));
  CHECK_FALSE(*keys->seen(user_id(1)));
  CHECK(*keys->seen(user_id(1)));
  CHECK_FALSE(*keys->seen(user_id(2)));
}

}  // namespace
}  // namespace rollcall::tests
