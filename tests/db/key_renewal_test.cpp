// Keys that older versions computed: how the migration renews them, and what is found of them, on
// every engine.
#include "app/engines.hpp"
#include "db/key_check.hpp"
#include "db/migrations.hpp"
#include "domain/unicode.hpp"
#include "tests/db/directories.hpp"
#include "tests/support/catch.hpp"

namespace rollcall::tests {
namespace {

using db::KeyFinding;
using db::KeyRenewal;

tl::expected<db::MigrationReport, std::string> try_to_migrate(const EmptyDatabase& database) {
  return app::engine_of(database.settings()).migrate(database.settings(), false);
}

db::MigrationReport report_of_migrating(const EmptyDatabase& database) {
  const auto report = try_to_migrate(database);
  INFO((report ? "" : report.error()));
  REQUIRE(report.has_value());
  return *report;
}

std::vector<KeyFinding> findings(const EmptyDatabase& database) {
  const auto reader = app::engine_of(database.settings()).key_reader(database.settings());
  INFO((reader ? "" : reader.error()));
  REQUIRE(reader.has_value());
  const auto found = db::check_keys(**reader);
  REQUIRE(found.has_value());
  return *found;
}

/// A database that the version before has made: `write` writes as that version does.
class OldDatabase {
 public:
  OldDatabase() : database(any_empty_database()) {
    report_of_migrating(*database);
    forget_migration();
  }
  void forget_migration() {
    database->execute("DELETE FROM schema_migrations WHERE version >= " + renewing_version());
  }
  static std::string renewing_version() {
    for (const auto& migration : db::migrations()) {
      if (migration.renews_keys) return std::to_string(migration.version);
    }
    throw std::logic_error("no migration renews keys");
  }
  void write(std::int64_t id, const std::string& email, const std::string& username = {}) const {
    const auto quoted = [](const std::string& text) {
      return text.empty() ? std::string("NULL") : "'" + text + "'";
    };
    database->execute(
        "INSERT INTO users (id, name, email, email_key, username, username_key, version, "
        "created_at, updated_at) VALUES (" +
        std::to_string(id) + ", 'X', " + quoted(email) + ", " + quoted(in_ascii_lower_case(email)) +
        ", " + quoted(username) + ", " + quoted(in_ascii_lower_case(username)) + ", 7, 0, 0)");
  }
  /// The id of the user who has it, 0 where nobody has.
  std::int64_t has_email(const std::string& key) const {
    return database->number("SELECT coalesce(max(id), 0) FROM users WHERE email_key = '" + key +
                            "'");
  }
  std::int64_t has_username(const std::string& key) const {
    return database->number("SELECT coalesce(max(id), 0) FROM users WHERE username_key = '" + key +
                            "'");
  }

  std::unique_ptr<EmptyDatabase> database;
};

TEST_CASE("the migration gives rows of older versions the keys of this one, and changes no more") {
  const OldDatabase old;
  old.write(1, "Ada@Example.org", "Ada");
  old.write(2, "J\u00D6RG@M\u00FCnchen.example");
  old.write(3, "", "E\u0301va");
  old.write(4, "bob@xn--mnchen-3ya.example", "\u00E7a");
  const auto report = report_of_migrating(*old.database);
  CHECK(report.keys == KeyRenewal{2, 0});
  CHECK(report.applied.size() == 1);
  CHECK(old.has_email("ada@example.org") == 1);
  CHECK(old.has_email("j\u00F6rg@xn--mnchen-3ya.example") == 2);
  CHECK(old.has_username("\u00E9va") == 3);
  CHECK(old.has_username("\u00E7a") == 4);
  const auto users = old.database->users();
  CHECK(users[1].email->value() == "J\u00D6RG@M\u00FCnchen.example");
  CHECK(users[1].version == 7);
  CHECK(users[1].updated_at == Timestamp{});
  CHECK(findings(*old.database).empty());
  CHECK(report_of_migrating(*old.database).keys == KeyRenewal{});
}

TEST_CASE("of rows with one text the first gets the key, the others keep theirs and are named") {
  const OldDatabase old;
  old.write(5, "\u00E9@x");
  old.write(6, "E\u0301@x", "STRASSE");
  old.write(7, "\u00C9@X", "stra\u00DFe");
  old.write(8, "\u00D6@x");
  old.write(9, "O\u0308@x");
  CHECK(report_of_migrating(*old.database).keys == KeyRenewal{1, 4});
  CHECK(old.has_email("\u00E9@x") == 5);
  CHECK(old.has_email("e\u0301@x") == 6);
  CHECK(old.has_email("\u00C9@x") == 7);
  CHECK(old.has_email("\u00F6@x") == 8);
  CHECK(old.has_email("o\u0308@x") == 9);
  CHECK(old.has_username("strasse") == 6);
  CHECK(old.has_username("stra\u00DFe") == 7);
  const std::vector<KeyFinding> expected{{{UserKey::Field::email, "\u00E9@x"}, {5, 6, 7}},
                                         {{UserKey::Field::email, "\u00F6@x"}, {8, 9}},
                                         {{UserKey::Field::username, "strasse"}, {6, 7}}};
  CHECK(findings(*old.database) == expected);
  CHECK(db::text_of(expected[0]) ==
        "users 5, 6, 7 have the same e-mail, \u00E9@x: change or delete all but one of them, then "
        "run `rollcall migrate`");
  CHECK(report_of_migrating(*old.database).keys == KeyRenewal{0, 4});
}

TEST_CASE("once the other user is gone a later migrate gives the key") {
  const OldDatabase old;
  old.write(1, "\u00E9@x");
  old.write(2, "e\u0301@x");
  CHECK(report_of_migrating(*old.database).keys == KeyRenewal{0, 1});
  old.database->execute("DELETE FROM users WHERE id = 1");
  const KeyFinding expected{{UserKey::Field::email, "\u00E9@x"}, {2}};
  CHECK(findings(*old.database) == std::vector{expected});
  CHECK(report_of_migrating(*old.database).keys == KeyRenewal{1, 0});
  CHECK(old.has_email("\u00E9@x") == 2);
  CHECK(findings(*old.database).empty());
}

TEST_CASE("what an older version writes beside this one is found, and renewed by migrate") {
  const OldDatabase old;
  report_of_migrating(*old.database);
  old.write(3, "\u00C9@x", "\u00C9");
  const std::vector<KeyFinding> expected{{{UserKey::Field::email, "\u00E9@x"}, {3}},
                                         {{UserKey::Field::username, "\u00E9"}, {3}}};
  CHECK(findings(*old.database) == expected);
  CHECK(db::text_of(expected[1]) ==
        "user 3 has an old key of the username \u00E9: run `rollcall migrate`");
  CHECK(report_of_migrating(*old.database).keys == KeyRenewal{2, 0});
  CHECK(findings(*old.database).empty());
}

TEST_CASE("a text that another program wrote and that is no e-mail keeps its key") {
  const OldDatabase old;
  old.write(1, "\u00C9");
  CHECK(report_of_migrating(*old.database).keys == KeyRenewal{});
  CHECK(findings(*old.database).empty());
}

/// Makes the update of this user fail, until `allow` is called.
void refuse_update(EmptyDatabase& database, std::int64_t id) {
  const auto condition = "WHEN (NEW.id = " + std::to_string(id) + ") ";
  if (database.url().starts_with("sqlite")) {
    database.execute("CREATE TRIGGER refuse BEFORE UPDATE ON users " + condition +
                     "BEGIN SELECT RAISE(ABORT, 'not today'); END");
    return;
  }
  database.execute(
      "CREATE FUNCTION refuse() RETURNS trigger LANGUAGE plpgsql AS "
      "$$ BEGIN RAISE 'not today'; END $$; CREATE TRIGGER refuse BEFORE UPDATE ON users "
      "FOR EACH ROW " +
      condition + "EXECUTE FUNCTION refuse()");
}

void allow(EmptyDatabase& database) {
  database.execute(database.url().starts_with("sqlite") ? "DROP TRIGGER refuse"
                                                        : "DROP TRIGGER refuse ON users");
}

TEST_CASE("a renewal that ends in the middle keeps what it has done, and begins again") {
  const OldDatabase old;
  const auto count = 2 * db::renewed_at_once + 100;
  const auto total = std::to_string(count);
  old.database->execute(
      "INSERT INTO users (id, name, email, email_key, version, created_at, updated_at) "
      "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < " +
      total + ") SELECT i, 'X', '\u00C9' || i || '@x', '\u00C9' || i || '@x', 1, 0, 0 FROM n");
  const auto renewed = [&] {
    return old.database->number("SELECT count(*) FROM users WHERE email_key LIKE '\u00E9%'");
  };
  refuse_update(*old.database, db::renewed_at_once + 7);
  const auto report = try_to_migrate(*old.database);
  REQUIRE_FALSE(report.has_value());
  CHECK(report.error().find("not today") != std::string::npos);
  CHECK(renewed() == db::renewed_at_once);
  CHECK(old.database->number("SELECT count(*) FROM schema_migrations WHERE version = " +
                             OldDatabase::renewing_version()) == 0);
  allow(*old.database);
  CHECK(report_of_migrating(*old.database).keys == KeyRenewal{count - db::renewed_at_once, 0});
  CHECK(renewed() == count);
  CHECK(findings(*old.database).empty());
}

TEST_CASE("a renewal on PostgreSQL that conflicts with another transaction is repeated") {
  const std::string conflict = GENERATE("unique_violation", "deadlock_detected");
  const auto database = empty_databases()[1].make();
  report_of_migrating(*database);
  database->execute(
      "INSERT INTO users (name, email, email_key, version, created_at, updated_at) "
      "SELECT 'X', '\u00C9' || i || '@x', '\u00C9' || i || '@x', 1, 0, 0 "
      "FROM generate_series(1, 600) AS i");
  // A sequence is not rolled back: only the first attempt fails.
  database->execute(
      "CREATE SEQUENCE attempts; CREATE FUNCTION refuse() RETURNS trigger LANGUAGE plpgsql AS $$ "
      "BEGIN IF nextval('attempts') = 1 THEN RAISE " +
      conflict +
      "; END IF; RETURN NEW; END $$; CREATE TRIGGER refuse BEFORE UPDATE ON users FOR EACH ROW "
      "WHEN (NEW.id = 550) EXECUTE FUNCTION refuse()");
  CHECK(report_of_migrating(*database).keys == KeyRenewal{600, 0});
  CHECK(database->number("SELECT last_value FROM attempts") == 2);
  CHECK(findings(*database).empty());
}

TEST_CASE("a renewal on PostgreSQL that conflicts whenever it is repeated ends with the reason") {
  const auto database = empty_databases()[1].make();
  report_of_migrating(*database);
  database->execute(
      "INSERT INTO users (name, email, email_key, version, created_at, updated_at) "
      "VALUES ('X', '\u00C9@x', '\u00C9@x', 1, 0, 0); "
      "CREATE FUNCTION refuse() RETURNS trigger LANGUAGE plpgsql AS $$ "
      "BEGIN RAISE unique_violation; END $$; CREATE TRIGGER refuse BEFORE UPDATE ON users "
      "FOR EACH ROW EXECUTE FUNCTION refuse()");
  const auto report = try_to_migrate(*database);
  REQUIRE_FALSE(report.has_value());
  CHECK(report.error().find("unique_violation") != std::string::npos);
}

TEST_CASE("keys of a database without a schema, or with an older one, are not checked") {
  const OldDatabase old;
  const auto& settings = old.database->settings();
  const auto reader = app::engine_of(settings).key_reader(settings);
  REQUIRE_FALSE(reader.has_value());
  CHECK(reader.error().find("run `rollcall migrate`") != std::string::npos);
}

}  // namespace
}  // namespace rollcall::tests
