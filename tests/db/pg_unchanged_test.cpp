// Writes that change no field of their user on PostgreSQL, beside other programs.
#include "tests/db/write_fixture.hpp"

namespace rollcall::tests {
namespace {

/// What another program does before each update: a body in PL/pgSQL.
void before_update(const PgDatabase& database, const std::string& body) {
  database.client().execute(
      "CREATE FUNCTION meddle() RETURNS trigger LANGUAGE plpgsql AS '" + body +
      "'; CREATE TRIGGER meddle BEFORE UPDATE ON users FOR EACH ROW EXECUTE FUNCTION meddle()");
}

std::int64_t version_of(const PgDatabase& database, std::int64_t id) {
  return database.client().number("SELECT version FROM users WHERE id = " + std::to_string(id));
}

TEST_CASE("no other node is notified of a write that changes nothing") {
  WriteFixture f;
  const auto ada = f.create("Ada");
  const auto bob = f.create("Bob");
  auto listener = f.database().client();
  listener.execute("LISTEN rollcall");
  for (const auto& asked : {f.send(rename(ada, "Ada")), f.send(rename(bob, "Bob"))}) {
    CHECK((*f.reply_to(asked))->version == 1);
  }
  CHECK(listener.notifications().empty());
  const auto unchanged = f.send(rename(ada, "Ada"));
  const auto changed = f.send(rename(bob, "Ben"));
  CHECK((*f.reply_to(unchanged))->version == 1);
  CHECK((*f.reply_to(changed))->version == 2);
  CHECK(listener.notifications() == std::vector<std::string>{"test " + std::to_string(bob)});
}

TEST_CASE("a write that changes nothing waits too while another program has locked its user") {
  WriteFixture f;
  const auto ada = f.create("Ada");
  auto other = f.database().client();
  other.execute("BEGIN; UPDATE users SET name = 'Eve', version = 2 WHERE id = " +
                std::to_string(ada));
  const auto asked = f.send(rename(ada, "Ada"));
  CHECK(f.reply_to(f.send(new_user("Bob"))).has_value());
  CHECK(asked->open());
  other.execute("COMMIT");
  CHECK((*f.reply_to(asked))->version == 3);  // it was a change by then
}

TEST_CASE("a write that changes nothing stands beside those that the database refuses") {
  WriteFixture f;
  const auto ada = f.create("Ada");
  f.database().client().execute("ALTER TABLE users ADD CHECK (name NOT LIKE 'Bomb%')");
  auto listener = f.database().client();
  listener.execute("LISTEN rollcall");
  // The second failure leads to the attempt with savepoints.
  std::vector<WriteFixture::Asked> asked;
  for (const char* name : {"Bomb 1", "Ada", "Bomb 2", "Eve", "Eve", "Bomb 3", "Eve"}) {
    asked.push_back(f.send(rename(ada, name)));
  }
  std::string versions;
  for (const auto& each : asked) {
    const auto reply = f.reply_to(each);
    versions += std::to_string(reply ? (*reply)->version : 0) + " ";
  }
  CHECK(versions == "0 1 0 2 2 0 2 ");
  CHECK(version_of(f.database(), ada) == 2);
  CHECK(listener.notifications() == std::vector<std::string>{"test " + std::to_string(ada)});
}

TEST_CASE("a trigger that drops updates refuses changes, and no write that changes nothing") {
  WriteFixture f;
  const auto ada = f.create("Ada");
  before_update(f.database(), "BEGIN RETURN NULL; END");
  CHECK_FALSE(f.write(rename(ada, "Eve")).has_value());
  CHECK((*f.write(rename(ada, "Ada")))->version == 1);
  CHECK(version_of(f.database(), ada) == 1);
}

TEST_CASE("where a trigger changes what is written, a write is compared with what is stored") {
  WriteFixture f;
  const auto ada = f.create("Ada");
  before_update(f.database(), "BEGIN NEW.name := upper(NEW.name); RETURN NEW; END");
  CHECK((*f.write(rename(ada, "Eve")))->name == user_name("EVE"));
  CHECK((*f.write(rename(ada, "Eve")))->version == 3);
  CHECK((*f.write(rename(ada, "EVE")))->version == 3);
}

TEST_CASE("of a row that another program has made invalid, a write is refused as a change is") {
  WriteFixture f;
  const auto ada = f.create("Ada");
  const auto bob = f.write(new_user("Bob", "bob@example.org"));
  REQUIRE(bob.has_value());
  f.database().client().execute(
      "UPDATE users SET email = 'no e-mail', email_key = 'no e-mail' "
      "WHERE id = " +
      std::to_string(ada));
  CHECK(code_of(f.write(rename(ada, "Eve"))) == ErrorCode::internal);
  CHECK(code_of(f.write(rename(ada, "Ada"))) == ErrorCode::internal);
  CHECK(code_of(f.write(rename(ada, "Ada", if_version(2)))) == ErrorCode::precondition_failed);
  CHECK(code_of(f.write(give_email(ada, "bob@example.org"))) == ErrorCode::email_taken);
  CHECK(version_of(f.database(), ada) == 1);
  const auto mended = f.write(give_email(ada, "ada@example.org"));
  REQUIRE(mended.has_value());
  CHECK((*mended)->version == 2);
}

TEST_CASE("a change of a row that stays invalid is not applied, whatever else its group does") {
  const int failures = GENERATE(0, 1, 2);  // before it, each of which sends the group again
  WriteFixture f;
  const auto ada = f.create("Ada");
  const auto bob = f.create("Bob");
  auto owner = f.database().client();
  owner.execute("UPDATE users SET attributes = 'no JSON' WHERE id = " + std::to_string(ada));
  before_update(f.database(),
                "BEGIN IF NEW.name = ''Poison'' THEN RAISE EXCEPTION ''poison''; END IF; "
                "RETURN NEW; END");
  std::vector<WriteFixture::Asked> asked;
  for (int i = 0; i < failures; ++i) asked.push_back(f.send(rename(bob, "Poison")));
  const auto invalid = f.send(rename(ada, "Eve"));
  const auto good = f.send(rename(bob, "Ben"));
  CHECK(code_of(f.reply_to(invalid)) == ErrorCode::internal);
  CHECK(f.reply_to(good).has_value());
  CHECK(version_of(f.database(), ada) == 1);
  CHECK(version_of(f.database(), bob) == 2);
  CHECK(owner.number("SELECT count(*) FROM changes WHERE kind = 'updated'") == 2);
}

TEST_CASE("names are compared byte for byte, whatever collation the column has") {
  WriteFixture f;
  f.database().client().execute(
      "CREATE COLLATION any_case (provider = icu, locale = 'und-u-ks-level2', "
      "deterministic = false); ALTER TABLE users ALTER name TYPE text COLLATE any_case");
  f.start(f.database().url());
  const auto ada = f.create("Ada");
  const auto renamed = f.write(rename(ada, "ADA"));
  REQUIRE(renamed.has_value());
  CHECK((*renamed)->version == 2);
  CHECK((*renamed)->name == user_name("ADA"));
}

}  // namespace
}  // namespace rollcall::tests
