// The log of changes on PostgreSQL, where others write too: who is in it, and in which order.
#include <future>

#include "tests/db/write_fixture.hpp"
#include "tests/support/waiting.hpp"

namespace rollcall::tests {
namespace {

constexpr const char* all_kinds =
    "SELECT coalesce(string_agg(user_id || ' ' || kind, ', ' ORDER BY seq), '') FROM changes "
    "WHERE kind <> 'start'";

constexpr const char* add_bob =
    "INSERT INTO users (name, version, created_at, updated_at) VALUES ('Bob', 1, 0, 0)";

TEST_CASE("what other programs write is in the log, whatever they may do besides") {
  WriteFixture f;
  auto owner = f.database().client();
  owner.execute(
      "CREATE ROLE clerk LOGIN; GRANT SELECT, INSERT, UPDATE, DELETE ON users TO clerk; "
      "GRANT INSERT ON deleted_users TO clerk");
  SECTION("a program that may only write users") {
    f.create("Ada");
    PgClient clerk(shared_cluster().url(f.database().name(), "clerk"));
    clerk.execute(add_bob);
    clerk.execute("UPDATE users SET name = 'C', version = 2");
    clerk.execute("DELETE FROM users WHERE id = 1");
    CHECK(owner.text(all_kinds) == "1 created, 2 created, 1 updated, 2 updated, 1 deleted");
    CHECK_THROWS(clerk.execute("DELETE FROM changes"));
  }
  SECTION("TRUNCATE, which deletes all users") {
    f.create("Ada");
    f.create("Bob");
    owner.execute("TRUNCATE users");
    CHECK(owner.text(all_kinds) == "1 created, 2 created, 1 deleted, 2 deleted");
  }
  SECTION("what was rolled back is not") {
    owner.execute("BEGIN");
    owner.execute(add_bob);
    owner.execute("ROLLBACK");
    f.create("Ada");
    CHECK(owner.text(all_kinds) == "2 created");
  }
  owner.execute("DROP OWNED BY clerk; DROP ROLE clerk");
}

TEST_CASE("what another program's trigger changes within a write is in the log too, and once") {
  WriteFixture f;
  const auto ada = f.create("Ada");
  const auto bob = f.create("Bob");
  auto owner = f.database().client();
  owner.execute(
      "CREATE FUNCTION pair() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN "
      "UPDATE users SET name = 'with ' || NEW.name, version = version + 1 WHERE id = " +
      std::to_string(bob) +
      "; RETURN NULL; END $$; CREATE TRIGGER pair AFTER UPDATE ON users FOR EACH ROW "
      "WHEN (NEW.id = " +
      std::to_string(ada) + ") EXECUTE FUNCTION pair()");
  REQUIRE(f.write(rename(ada, "Eva")).has_value());
  CHECK(owner.text(all_kinds) == "1 created, 2 created, 1 updated, 2 updated");
  CHECK(owner.number("SELECT max(version) FROM changes WHERE user_id = " + std::to_string(bob)) ==
        2);
}

TEST_CASE("who may not write users may not write the log") {
  WriteFixture f;
  const auto ada = f.create("Ada");
  auto owner = f.database().client();
  owner.execute("CREATE ROLE reader LOGIN; GRANT SELECT ON users TO reader");
  const std::string forged =
      "SELECT log_changes_of_users(ARRAY[" + std::to_string(ada) + "], ARRAY[7], ARRAY['deleted'])";
  PgClient reader(shared_cluster().url(f.database().name(), "reader"));
  CHECK_THROWS(reader.execute(forged));
  CHECK(owner.text(all_kinds) == "1 created");
  owner.execute("GRANT UPDATE ON users TO reader");
  reader.execute(forged);
  CHECK(owner.text(all_kinds) == "1 created, 1 deleted");
  owner.execute("DROP OWNED BY reader; DROP ROLE reader");
}

TEST_CASE("changes have the order of the commits, not of the statements") {
  WriteFixture f;
  const auto ada = f.create("Ada");
  const auto bob = f.create("Bob");
  auto slow = f.database().client();
  slow.execute("BEGIN");
  slow.execute("UPDATE users SET version = version + 1 WHERE id = " + std::to_string(ada));
  REQUIRE(f.write(rename(bob, "Ben")).has_value());
  slow.execute("COMMIT");
  CHECK(f.database().client().text(all_kinds) == "1 created, 2 created, 2 updated, 1 updated");
}

// A transaction that has its number and is not visible yet. Its trigger stops it there: triggers
// run in the order of their names.
TEST_CASE("no change is seen before one with a smaller number", "[threads]") {
  WriteFixture f;
  const auto ada = f.create("Ada");
  auto watcher = f.database().client();
  watcher.execute(
      "CREATE FUNCTION stop_commit() RETURNS trigger LANGUAGE plpgsql SET lock_timeout = 0 AS "
      "'BEGIN PERFORM pg_advisory_xact_lock(1); RETURN NULL; END'; "
      "CREATE CONSTRAINT TRIGGER stop_commit AFTER UPDATE ON users DEFERRABLE INITIALLY "
      "DEFERRED FOR EACH ROW EXECUTE FUNCTION stop_commit()");
  watcher.execute("SELECT pg_advisory_lock(1)");
  auto stopped = std::async(std::launch::async, [&] {
    f.database().client().execute("UPDATE users SET version = 2 WHERE id = " + std::to_string(ada));
  });
  wait_until("the commit does not reach its trigger", [&] {
    return watcher.number(
               "SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' "
               "AND NOT granted AND objid = 1 AND database = (SELECT oid FROM "
               "pg_database WHERE datname = current_database())") == 1;
  });
  auto next = f.database().client();
  next.execute("SET lock_timeout = '20ms'");
  CHECK_THROWS(next.execute(add_bob));
  CHECK(watcher.text(all_kinds) == "1 created");
  watcher.execute("SELECT pg_advisory_unlock(1)");
  stopped.get();
  next.execute(add_bob);
  CHECK(watcher.text(all_kinds) == "1 created, 1 updated, 3 created");
}

TEST_CASE("a group that is sent again with savepoints takes the lock of the log at its commit") {
  WriteFixture f;
  auto watcher = f.database().client();
  // The second attempt of a group begins with SET CONSTRAINTS ALL IMMEDIATE.
  watcher.execute(
      "CREATE FUNCTION look() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN "
      "IF NEW.name = 'Poison' THEN RAISE EXCEPTION 'poison'; END IF; "
      "INSERT INTO seen SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' "
      "AND pid = pg_backend_pid(); RETURN NULL; END $$; CREATE TABLE seen (locks bigint); "
      "CREATE TRIGGER look AFTER INSERT ON users FOR EACH ROW EXECUTE FUNCTION look()");
  std::vector<WriteFixture::Asked> asked;
  for (const char* name : {"Ada", "Poison", "Bob", "Poison", "Cyd"}) {
    asked.push_back(f.send(new_user(name)));
  }
  int good = 0;
  for (const auto& each : asked) good += f.reply_to(each).has_value() ? 1 : 0;
  CHECK(good == 3);
  CHECK(watcher.number("SELECT count(*) FROM seen") == 3);
  CHECK(watcher.number("SELECT max(locks) FROM seen") == 0);
  CHECK(watcher.number("SELECT count(*) FROM changes WHERE kind = 'created'") == 3);
}

}  // namespace
}  // namespace rollcall::tests
