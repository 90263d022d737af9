// Commits that PostgreSQL can't complete, or completes with a warning; and what the probe reports.
#include "db/postgres/statements.hpp"
#include "tests/db/write_fixture.hpp"
#include "tests/support/keyed.hpp"
#include "tests/support/waiting.hpp"

namespace rollcall::tests {
namespace {

using namespace std::chrono_literals;

/// A primary whose commits wait for a standby that has stopped.
struct WithoutStandby {
  PgCluster primary;
  std::unique_ptr<PgCluster> standby = PgCluster::standby_of(primary);
  WriteFixture fixture{primary};
  PgClient watcher{primary.url()};

  WithoutStandby() {
    primary.set("synchronous_standby_names", "*");
    fixture.run_until([&] {
      return watcher.number("SELECT count(*) FROM pg_stat_replication WHERE sync_state = 'sync'") ==
             1;
    });
    REQUIRE(fixture.write(new_user("Ada")).has_value());
    standby->crash();
  }
  ~WithoutStandby() {
    try {
      primary.set("synchronous_standby_names", "");
    } catch (const std::exception& failed) {
      FAIL_CHECK(failed.what());
    }
  }
  std::int64_t waiting() {
    return watcher.number("SELECT count(*) FROM pg_stat_activity WHERE wait_event = 'SyncRep'");
  }
  std::int64_t writers() {
    return watcher.number(
        "SELECT count(*) FROM pg_stat_activity WHERE application_name = 'rollcall write'");
  }
};

TEST_CASE("a commit whose wait for a standby is cancelled has an unknown outcome, and is logged") {
  WithoutStandby f;
  const auto asked = f.fixture.send(rename(1, "Eve"));
  f.fixture.run_until([&] { return f.waiting() == 1; });
  f.watcher.execute(
      "SELECT pg_cancel_backend(pid) FROM pg_stat_activity WHERE wait_event = 'SyncRep'");
  CHECK(code_of(f.fixture.reply_to(asked)) == ErrorCode::outcome_unknown);
  CHECK(f.fixture.log().lines("canceling wait for synchronous replication due to user request") >=
        1);
  CHECK(f.fixture.trouble().find("writes fail since") == 0);
}

TEST_CASE("a repeated write waits for the standby that the first attempt did not reach") {
  const bool creates = GENERATE(false, true);
  const Change change = creates ? keyed("k", "Bob") : rename(1, "Eve");
  WithoutStandby f;
  const auto first = f.fixture.send(change);
  f.fixture.run_until([&] { return f.waiting() == 1; });
  f.watcher.execute(
      "SELECT pg_cancel_backend(pid) FROM pg_stat_activity WHERE wait_event = 'SyncRep'");
  REQUIRE(code_of(f.fixture.reply_to(first)) == ErrorCode::outcome_unknown);
  const auto again = f.fixture.send(change);
  f.fixture.run_until([&] { return f.waiting() == 1 || !again->open(); });
  REQUIRE(again->open());
  f.standby->start();
  const auto reply = f.fixture.reply_to(again);
  REQUIRE(reply.has_value());
  CHECK(reply->repeated() == creates);
  if (!creates) CHECK((*reply)->version == 2);
  CHECK(f.fixture.database().client().number("SELECT count(*) FROM users") == (creates ? 2 : 1));
}

TEST_CASE("while a commit waits for a standby no other is sent, and writes are refused at once") {
  WithoutStandby f;
  CHECK(code_of(f.fixture.write(rename(1, "Eve"))) == ErrorCode::outcome_unknown);
  // While that commit waits, writes are refused and not sent.
  int refused = 0;
  while (refused < 200) {
    const auto reply = f.fixture.write(new_user("Bob"));
    REQUIRE(code_of(reply) == ErrorCode::storage_unavailable);
    ++refused;
    CHECK(f.writers() <= 2);
    CHECK(f.waiting() == 1);
  }
  f.fixture.run_until(
      [&] { return f.fixture.trouble().find("a commit does not end") != std::string::npos; });
  f.standby->start();
  f.fixture.run_until([&] { return f.fixture.trouble().empty(); });
  CHECK(f.fixture.log().lines("what became of the transaction whose commit was not answered: "
                              "committed") == 1);
  CHECK(f.fixture.write(rename(1, "Fay")).has_value());
  CHECK(f.fixture.database().client().number("SELECT version FROM users WHERE id = 1") == 3);
  CHECK(f.fixture.database().client().number("SELECT count(*) FROM users") == 1);
}

TEST_CASE("a session idle in a transaction of a lost client is ended, and rolled back") {
  const PgDatabase database;
  auto lost = database.client();
  auto next = database.client();
  lost.execute("BEGIN");
  const auto transaction = lost.text("SELECT pg_current_xact_id()::text");
  next.execute("PREPARE status AS " + std::string(db::sql::postgres::transaction_status.text));
  const auto status = "EXECUTE status('" + transaction + "')";
  CHECK(next.text(status) == "in progress");
  wait_until("the session is never ended", [&] { return next.text(status) != "in progress"; });
  CHECK(next.text(status) == "aborted");
  CHECK_THROWS(lost.execute("COMMIT"));
}

TEST_CASE("a commit that outlasts the store's wait completes before anything else is written") {
  WriteFixture f;
  const auto ada = f.create("Ada");
  auto watcher = f.database().client();
  watcher.execute(
      "CREATE FUNCTION wait_at_commit() RETURNS trigger LANGUAGE plpgsql SET lock_timeout = 0 AS "
      "'BEGIN PERFORM pg_advisory_xact_lock(1); RETURN NULL; END'; "
      "CREATE CONSTRAINT TRIGGER wait_at_commit AFTER UPDATE ON users DEFERRABLE INITIALLY "
      "DEFERRED FOR EACH ROW EXECUTE FUNCTION wait_at_commit()");
  watcher.execute("SELECT pg_advisory_lock(1)");
  CHECK(code_of(f.write(rename(ada, "Late"))) == ErrorCode::outcome_unknown);
  CHECK_FALSE(f.write(new_user("Early")).has_value());
  watcher.execute("SELECT pg_advisory_unlock(1)");
  f.run_until([&] { return f.write(new_user("Bob")).has_value(); });
  // Nothing was written before the late commit had completed.
  CHECK(watcher.text("SELECT name FROM users WHERE id = 1") == "Late");
  CHECK(f.log().lines("commit was not answered: committed") == 1);
}

TEST_CASE("a warning that a function raises at the commit leaves the write acknowledged") {
  WriteFixture f;
  const auto ada = f.create("Ada");
  f.database().client().execute(
      "CREATE FUNCTION warn_at_commit() RETURNS trigger LANGUAGE plpgsql AS "
      "'BEGIN RAISE WARNING ''mind the step''; RETURN NULL; END'; "
      "CREATE CONSTRAINT TRIGGER warn_at_commit AFTER UPDATE ON users DEFERRABLE INITIALLY "
      "DEFERRED FOR EACH ROW EXECUTE FUNCTION warn_at_commit()");
  CHECK(f.write(rename(ada, "Eve")).has_value());
  CHECK(f.log().lines("PostgreSQL warns: WARNING:  mind the step") == 1);
}

/// What makes every write fail, what ends it, and how the operator is notified.
struct WriteOutage {
  std::string cause;
  std::string cure;
  std::string reported;
};

constexpr const char* full_disk =
    "CREATE FUNCTION no_room() RETURNS trigger LANGUAGE plpgsql AS "
    "'BEGIN RAISE disk_full; END'; CREATE TRIGGER no_room BEFORE INSERT OR UPDATE ON users "
    "FOR EACH ROW EXECUTE FUNCTION no_room()";

TEST_CASE("a probe reports since when and why writes fail, and detects itself that they succeed") {
  const auto outage = GENERATE(values<WriteOutage>(
      {{"REVOKE INSERT, UPDATE ON users FROM guest", "GRANT INSERT, UPDATE ON users TO guest",
        "PostgreSQL denies a privilege"},
       {full_disk, "DROP TRIGGER no_room ON users", "the disk of PostgreSQL is full"}}));
  INFO(outage.reported);
  PgCluster cluster({"fsync=off"});
  WriteFixture f(cluster);
  auto owner = f.database().client();
  owner.execute(
      "CREATE ROLE guest LOGIN; GRANT ALL ON ALL TABLES IN SCHEMA public TO guest; "
      "GRANT ALL ON ALL SEQUENCES IN SCHEMA public TO guest");
  f.start(cluster.url(f.database().name(), "guest"));
  f.create("Ada");
  CHECK(f.trouble().empty());
  owner.execute(outage.cause);
  CHECK(f.trouble().empty());  // no write was tried since
  CHECK(code_of(f.write(new_user("Bob"))) == ErrorCode::storage_unavailable);
  CHECK(f.trouble() == "writes fail since 0 s: " + outage.reported);
  f.world().advance(1s);
  CHECK(f.trouble() == "writes fail since 1 s: " + outage.reported);
  owner.execute(outage.cure);
  CHECK(f.trouble().empty());
  CHECK(owner.number("SELECT count(*) FROM users") == 1);
  CHECK(owner.number("SELECT count(*) FROM deleted_users") == 0);
  CHECK(f.write(new_user("Cyd")).has_value());
}

TEST_CASE("a statement that is refused at each write is logged once a second, with a count") {
  WriteFixture f;
  f.database().client().execute(full_disk);
  for (int i = 0; i < 200; ++i) {
    REQUIRE(code_of(f.write(new_user("Bob"))) == ErrorCode::storage_unavailable);
  }
  f.world().advance(1s);
  CHECK(f.log().lines("the disk of PostgreSQL is full") >= 2);
  CHECK(f.log().lines("the disk of PostgreSQL is full") < 40);
  CHECK(f.log().lines("more like it in the last second") >= 1);
}

TEST_CASE("an error of one client, or of one row, is not reported as a failing database") {
  WriteFixture f;
  const auto ada = f.create("Ada");
  f.database().client().execute(
      "CREATE FUNCTION refuse() RETURNS trigger LANGUAGE plpgsql AS "
      "'BEGIN RAISE ''not today''; END'; CREATE TRIGGER refuse BEFORE UPDATE ON users "
      "FOR EACH ROW WHEN (NEW.name = 'Poison') EXECUTE FUNCTION refuse()");
  CHECK(code_of(f.write(rename(77, "Nobody"))) == ErrorCode::user_not_found);
  CHECK(code_of(f.write(rename(ada, "Eve", {VersionSet{false, {9}}, {}}))) ==
        ErrorCode::precondition_failed);
  CHECK(code_of(f.write(rename(ada, "Poison"))) == ErrorCode::storage_unavailable);
  CHECK(f.trouble().empty());
  CHECK(f.log().lines("not today") == 1);
}

}  // namespace
}  // namespace rollcall::tests
