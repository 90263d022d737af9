// Idempotency keys on a PostgreSQL that other nodes use too.
#include "tests/db/write_fixture.hpp"
#include "tests/support/keyed.hpp"

namespace rollcall::tests {
namespace {

using namespace std::chrono_literals;

/// As another node: claims the key "k", and keeps an answer for it, without a COMMIT yet.
void claim(PgClient& node) {
  node.execute(
      "BEGIN; SELECT pg_advisory_xact_lock(hashtextextended(' k', 7311482911065107)); "
      "INSERT INTO kept_answers "
      "(caller, key, expires_at, fingerprint, user_id, status, fields, body) "
      "VALUES ('', 'k', 9000000000000, 'same', 77, 201, '', 'created there')");
}

TEST_CASE("a create waits for another node that has its key, and then gets that node's answer") {
  WriteFixture f;
  PgClient node(f.database().url());
  claim(node);
  const auto create = f.send(keyed("k", "Ada"));
  CHECK(f.create("Bob") == 1);
  CHECK(create->open());
  node.execute("COMMIT");
  CHECK(shown(f.reply_to(create)) == "again 77 created there");
  CHECK(f.database().client().number("SELECT count(*) FROM users") == 1);
}

TEST_CASE("a create whose key another node had, and rolled back, creates its user") {
  WriteFixture f;
  PgClient node(f.database().url());
  claim(node);
  const auto create = f.send(keyed("k", "Ada"));
  f.create("Bob");
  CHECK(create->open());
  node.execute("ROLLBACK");
  CHECK(shown(f.reply_to(create)) == "new 2 created Ada");
}

TEST_CASE("a create whose key another node has up to the deadline was not applied") {
  WriteFixture f;
  PgClient node(f.database().url());
  claim(node);
  CHECK(shown(f.reply_to(f.send(keyed("k", "Ada"), 300ms))) == shown(ErrorCode::user_locked));
  node.execute("ROLLBACK");
  CHECK(f.database().client().number("SELECT count(*) FROM users") == 0);
  CHECK(shown(f.write(keyed("k", "Ada"))) == "new 1 created Ada");
}

TEST_CASE("creates with one key that wait for one another all get the first answer") {
  WriteFixture f;
  std::vector<WriteFixture::Asked> asked;
  for (int i = 0; i < 8; ++i) asked.push_back(f.send(keyed("k", "Ada", "ada@example.org")));
  CHECK(shown(f.reply_to(asked[0])) == "new 1 created Ada");
  for (int i = 1; i < 8; ++i) CHECK(shown(f.reply_to(asked[i])) == "again 1 created Ada");
  CHECK(f.database().client().number("SELECT count(*) FROM users") == 1);
}

TEST_CASE("a group that is sent again with savepoints has the locks of its keys up to the end") {
  WriteFixture f;
  f.database().client().execute(
      "CREATE FUNCTION refuse() RETURNS trigger LANGUAGE plpgsql SET lock_timeout = 0 AS $$ BEGIN "
      "IF NEW.name = 'Slow' THEN PERFORM pg_advisory_xact_lock(5); END IF; "
      "IF NEW.name = 'Refused' THEN RAISE 'not today'; END IF; RETURN NEW; END $$; "
      "CREATE TRIGGER refuse BEFORE INSERT ON users FOR EACH ROW EXECUTE FUNCTION refuse()");
  PgClient holder(f.database().url());
  holder.execute("SELECT pg_advisory_lock(5)");
  std::vector<WriteFixture::Asked> asked;
  asked.push_back(f.send(keyed("k", "Ada")));
  for (const char* name : {"Refused", "Refused", "Slow"}) asked.push_back(f.send(new_user(name)));
  asked.push_back(f.send(keyed("l", "Bob")));
  f.run_until([&] {
    return holder.number(
               "SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND objid = 5 "
               "AND NOT granted") == 1;
  });
  CHECK(holder.number("SELECT pg_try_advisory_xact_lock(hashtextextended(' k', "
                      "7311482911065107))::int") == 0);
  holder.execute("SELECT pg_advisory_unlock(5)");
  CHECK(shown(f.reply_to(asked[0])).starts_with("new "));
  CHECK(shown(f.reply_to(asked[4])).starts_with("new "));
}

TEST_CASE("a create without a key sends no statement more than before keys were known") {
  WriteFixture f;
  CHECK(f.create("Ada") == 1);
  f.database().client().execute("DROP TABLE kept_answers");
  CHECK(f.create("Bob") == 2);
}

}  // namespace
}  // namespace rollcall::tests
