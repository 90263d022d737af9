// Importing and exporting below the command line.
#include "db/importer.hpp"

#include "db/exporter.hpp"
#include "db/seen_keys.hpp"
#include "db/sqlite_connection.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/people.hpp"
#include "tests/support/temp_dir.hpp"

namespace rollcall::tests {
namespace {

using db::Exporter;
using db::ImportedUser;
using db::Importer;
using db::ImportFault;
using db::SeenKeys;

const std::string file_hash(64, 'a');
const Timestamp now = at_ms(5'000);

Importer open(const std::filesystem::path& path) {
  auto importer = Importer::open(path);
  REQUIRE(importer.has_value());
  return std::move(*importer);
}

ImportedUser imported(std::string_view name, std::optional<std::string_view> email = {},
                      std::optional<std::int64_t> id = {}) {
  ImportedUser user{std::nullopt, user_name(name), std::nullopt};
  if (email) user.email = e_mail(*email);
  if (id) user.id = user_id(*id);
  return user;
}

std::vector<User> everyone(const std::filesystem::path& path) {
  auto exporter = Exporter::open(path);
  REQUIRE(exporter.has_value());
  std::vector<User> users;
  while (true) {
    auto user = exporter->next();
    REQUIRE(user.has_value());
    if (!*user) return users;
    users.push_back(std::move(**user));
  }
}

TEST_CASE("imported users get ids in order, version 1 and the time of the import") {
  const TempDir folder;
  {
    auto importer = open(folder / "a.db");
    REQUIRE(importer.begin().has_value());
    CHECK(*importer.add(imported("Ada", "ada@example.org"), now) == user_id(1));
    CHECK(*importer.add(imported("Bob"), now) == user_id(2));
    REQUIRE(importer.commit(file_hash, 2, true).has_value());
  }
  const auto users = everyone(folder / "a.db");
  REQUIRE(users.size() == 2);
  CHECK(users[0] == User{user_id(1), user_name("Ada"), e_mail("ada@example.org"), 1, now, now});
  CHECK(users[1] == User{user_id(2), user_name("Bob"), std::nullopt, 1, now, now});
}

TEST_CASE("what a line gives of version and times is kept") {
  const TempDir folder;
  auto user = imported("Ada", "ada@example.org", 42);
  user.version = 7;
  user.created_at = at_ms(1);
  user.updated_at = at_ms(2);
  {
    auto importer = open(folder / "a.db");
    REQUIRE(importer.begin().has_value());
    REQUIRE(importer.add(user, now).has_value());
    REQUIRE(importer.commit(file_hash, 1, true).has_value());
  }
  const auto users = everyone(folder / "a.db");
  REQUIRE(users.size() == 1);
  CHECK(users[0] ==
        User{user_id(42), user_name("Ada"), e_mail("ada@example.org"), 7, at_ms(1), at_ms(2)});
}

TEST_CASE("an id that is given is kept, and later ids start above it") {
  const TempDir folder;
  auto importer = open(folder / "a.db");
  CHECK(*importer.last_id() == 0);
  REQUIRE(importer.begin().has_value());
  CHECK(*importer.add(imported("Ada", {}, 100), now) == user_id(100));
  CHECK(*importer.add(imported("Bob"), now) == user_id(101));
  CHECK(*importer.add(imported("Cyd", {}, 50), now) == user_id(50));
  CHECK(*importer.add(imported("Dan"), now) == user_id(102));
  REQUIRE(importer.commit(file_hash, 4, true).has_value());
  CHECK(*importer.last_id() == 102);
  CHECK(*importer.id_taken(user_id(50)));
  CHECK_FALSE(*importer.id_taken(user_id(51)));
}

TEST_CASE("a user with a taken id or e-mail is refused, and the batch goes on") {
  const TempDir folder;
  auto importer = open(folder / "a.db");
  REQUIRE(importer.begin().has_value());
  REQUIRE(importer.add(imported("Ada", "ada@example.org", 1), now).has_value());
  const auto same_email = importer.add(imported("Bob", "ADA@example.org"), now);
  REQUIRE_FALSE(same_email.has_value());
  CHECK(same_email.error().kind == ImportFault::Kind::email_taken);
  CHECK(same_email.error().detail == "the e-mail ADA@example.org is taken");
  const auto same_id = importer.add(imported("Cyd", {}, 1), now);
  REQUIRE_FALSE(same_id.has_value());
  CHECK(same_id.error().kind == ImportFault::Kind::id_taken);
  REQUIRE(importer.add(imported("Dan"), now).has_value());
  REQUIRE(importer.commit(file_hash, 4, true).has_value());
  CHECK(everyone(folder / "a.db").size() == 2);
  CHECK(*importer.email_taken(e_mail("Ada@Example.org")));
  CHECK_FALSE(*importer.email_taken(e_mail("dan@example.org")));
}

TEST_CASE("how far a file was read becomes durable with its batch") {
  const TempDir folder;
  {
    auto importer = open(folder / "a.db");
    CHECK_FALSE(importer.resume_point(file_hash)->has_value());
    REQUIRE(importer.begin().has_value());
    REQUIRE(importer.add(imported("Ada"), now).has_value());
    REQUIRE(importer.commit(file_hash, 1'000, false).has_value());
    REQUIRE(importer.begin().has_value());
    REQUIRE(importer.add(imported("Bob"), now).has_value());
    // Cut short: the second batch is not committed.
  }
  auto importer = open(folder / "a.db");
  auto point = *importer.resume_point(file_hash);
  REQUIRE(point.has_value());
  CHECK(point->last_line == 1'000);
  CHECK_FALSE(point->finished);
  CHECK(everyone(folder / "a.db").size() == 1);
  REQUIRE(importer.begin().has_value());
  REQUIRE(importer.commit(file_hash, 1'500, true).has_value());
  point = *importer.resume_point(file_hash);
  CHECK(point->last_line == 1'500);
  CHECK(point->finished);
  CHECK_FALSE(importer.resume_point(std::string(64, 'b'))->has_value());
}

TEST_CASE("a user outside a batch is refused") {
  const TempDir folder;
  auto importer = open(folder / "a.db");
  CHECK(importer.add(imported("Ada"), now).error().kind == ImportFault::Kind::storage);
  CHECK_FALSE(importer.commit(file_hash, 1, true).has_value());
  CHECK(everyone(folder / "a.db").empty());
}

TEST_CASE("a batch that SQLite gives up is rolled back whole, and another may begin") {
  const TempDir folder;
  auto importer = open(folder / "a.db");
  auto other = db::SqliteConnection::open(folder / "a.db", db::OpenMode::read_write,
                                          std::chrono::seconds{1});
  REQUIRE(other
              ->execute("CREATE TRIGGER bomb AFTER INSERT ON users WHEN NEW.name = 'Bomb' BEGIN "
                        "SELECT RAISE(ROLLBACK, 'boom'); END")
              .has_value());
  REQUIRE(importer.begin().has_value());
  REQUIRE(importer.add(imported("Ada"), now).has_value());
  CHECK(importer.add(imported("Bomb"), now).error().kind == ImportFault::Kind::storage);
  CHECK_FALSE(importer.commit(file_hash, 2, true).has_value());
  CHECK(everyone(folder / "a.db").empty());
  REQUIRE(importer.begin().has_value());
  REQUIRE(importer.add(imported("Bob"), now).has_value());
  REQUIRE(importer.commit(file_hash, 2, true).has_value());
  CHECK(everyone(folder / "a.db").size() == 1);
}

TEST_CASE("an export is one snapshot, whatever is written meanwhile") {
  const TempDir folder;
  auto importer = open(folder / "a.db");
  REQUIRE(importer.begin().has_value());
  REQUIRE(importer.add(imported("Ada"), now).has_value());
  REQUIRE(importer.add(imported("Bob"), now).has_value());
  REQUIRE(importer.commit(file_hash, 2, false).has_value());
  auto exporter = Exporter::open(folder / "a.db");
  REQUIRE(exporter.has_value());
  CHECK((*exporter->next())->name == user_name("Ada"));
  REQUIRE(importer.begin().has_value());
  REQUIRE(importer.add(imported("Cyd"), now).has_value());
  REQUIRE(importer.commit(file_hash, 3, true).has_value());
  CHECK((*exporter->next())->name == user_name("Bob"));
  CHECK_FALSE(exporter->next()->has_value());
  CHECK_FALSE(exporter->next()->has_value());
  CHECK(everyone(folder / "a.db").size() == 3);
}

TEST_CASE("an export of what is not there, or not migrated, is refused and makes nothing") {
  const TempDir folder;
  const auto none = Exporter::open(folder / "none.db");
  REQUIRE_FALSE(none.has_value());
  CHECK(none.error().find("does not exist") != std::string::npos);
  CHECK_FALSE(std::filesystem::exists(folder / "none.db"));
  write_file(folder / "empty.db", "");
  const auto empty = Exporter::open(folder / "empty.db");
  REQUIRE_FALSE(empty.has_value());
  CHECK(empty.error().find("rollcall migrate") != std::string::npos);
}

TEST_CASE("keys are seen once, e-mails ignoring case, ids beside them") {
  auto keys = SeenKeys::open();
  REQUIRE(keys.has_value());
  CHECK_FALSE(*keys->seen(e_mail("ada@example.org")));
  CHECK(*keys->seen(e_mail("ADA@example.org")));
  CHECK_FALSE(*keys->seen(e_mail("bob@example.org")));
  CHECK_FALSE(*keys->seen(user_id(1)));
  CHECK(*keys->seen(user_id(1)));
  CHECK_FALSE(*keys->seen(user_id(2)));
}

}  // namespace
}  // namespace rollcall::tests
