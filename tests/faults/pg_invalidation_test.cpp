// Changes that the node does not learn of from its own writes: a COMMIT that completes after the
// node has stopped waiting, rows changed by another program, a replaced table.
#include "tests/support/catch.hpp"
#include "tests/support/daemon/command.hpp"
#include "tests/support/daemon/loops.hpp"
#include "tests/support/daemon/users.hpp"
#include "tests/support/postgres/service.hpp"
#include "tests/support/waiting.hpp"

namespace rollcall::tests {

namespace {

using Clock = std::chrono::steady_clock;

// A COMMIT that names a user SLOW takes 3 s; statement_timeout does not limit it.
constexpr const char* slow_commits = R"(
  CREATE FUNCTION commit_slowly() RETURNS trigger LANGUAGE plpgsql AS $$
  BEGIN
    IF NEW.name LIKE 'SLOW%' THEN PERFORM pg_sleep(3); END IF;
    RETURN NULL;
  END $$;
  CREATE CONSTRAINT TRIGGER commit_slowly AFTER UPDATE ON users
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION commit_slowly())";

std::string name_of(HttpClient& client, int id) {
  const auto answer = client.get("/users/" + std::to_string(id));
  INFO(answer.status << " " << answer.body);
  REQUIRE(answer.status == 200);
  return answer.json().at("name");
}

/// Reads the user until its name is this; fails the test where it never is.
void read_until(HttpClient& client, int id, const std::string& name) {
  wait_until("user " + std::to_string(id) + " never is " + name,
             [&] { return name_of(client, id) == name; });
}

/// Changes rows without firing triggers, as a restore with --disable-triggers does.
void execute_unnoticed(const PgDatabase& database, const std::string& sql) {
  database.client().execute("SET session_replication_role = replica; " + sql);
}

/// Waits until the node answers from its cache, that is, until a change of user 100 without a
/// notification is not seen.
void wait_for_lease(const PgService& service, HttpClient& client) {
  const auto end = Clock::now() + patience;
  for (int round = 1;; ++round) {
    const auto cached = client.get("/users/100").body;
    execute_unnoticed(service.database(), "UPDATE users SET version = version + 1 WHERE id = 100");
    if (client.get("/users/100").body == cached) return;
    if (Clock::now() > end) FAIL("the node never holds a lease");
  }
}

Outcome invalidate(const std::vector<std::string>& database, std::vector<std::string> ids = {}) {
  return run_command(std::vector<std::string>{"invalidate"} + database + ids);
}

}  // namespace

TEST_CASE("a COMMIT that completes later than the node waits for it replaces the cached row") {
  PgService service;
  service.database().client().execute(slow_commits);
  auto client = service.connect();
  wait_for_lease(service, client);
  REQUIRE(name_of(client, 1) == "Guest 1");

  const auto late = client.write("PATCH", "/users/1", R"({"name":"SLOW"})");
  check_problem(late, 503, "outcome-unknown", "/users/1");
  // Until the COMMIT completes, the old row is the right one.
  CHECK(name_of(client, 1) == "Guest 1");
  auto database = service.database().client();
  const auto end = Clock::now() + patience;
  while (database.text("SELECT name FROM users WHERE id = 1") != "SLOW") {
    if (Clock::now() > end) FAIL("the COMMIT is never done");
    name_of(client, 1);
  }
  read_until(client, 1, "SLOW");
}

TEST_CASE("after a 412 the next read answers with the version that the 412 names") {
  PgService service;
  auto client = service.connect();
  wait_for_lease(service, client);
  REQUIRE(client.get("/users/1").header("ETag") == "\"1\"");
  execute_unnoticed(service.database(),
                    "UPDATE users SET version = 2, name = 'Two' WHERE id = 1; "
                    "DELETE FROM users WHERE id = 2");
  const auto refused =
      client.write("PATCH", "/users/1", R"({"name":"Three"})", {{"If-Match", "\"1\""}});
  REQUIRE(refused.status == 412);
  CHECK(client.get("/users/1").header("ETag") == "\"2\"");
}

TEST_CASE("after a write is answered with user-not-found, no read finds the user") {
  PgService service;
  auto client = service.connect();
  wait_for_lease(service, client);
  REQUIRE(name_of(client, 2) == "Guest 2");
  execute_unnoticed(service.database(), "DELETE FROM users WHERE id = 2");
  REQUIRE(client.write("PATCH", "/users/2", R"({"name":"Gone"})").status == 404);
  CHECK(client.get("/users/2").status == 404);
}

TEST_CASE("rows that another program changes are read again") {
  PgService service;
  auto client = service.connect();
  wait_for_lease(service, client);
  REQUIRE(name_of(client, 1) == "Guest 1");
  SECTION("one row") {
    service.database().client().execute("UPDATE users SET name = 'By hand' WHERE id = 1");
    read_until(client, 1, "By hand");
  }
  SECTION("all rows") {
    service.database().client().execute("UPDATE users SET name = 'By hand'");
    read_until(client, 1, "By hand");
    read_until(client, 99, "By hand");
  }
  SECTION("within another trigger") {
    service.database().client().execute(R"(
      CREATE FUNCTION echo() RETURNS trigger LANGUAGE plpgsql AS $$
      BEGIN
        UPDATE users SET name = 'Echo' WHERE id = 1;
        RETURN NULL;
      END $$;
      CREATE TRIGGER echo AFTER UPDATE ON users
        FOR EACH ROW WHEN (NEW.id = 3) EXECUTE FUNCTION echo())");
    REQUIRE(client.write("PATCH", "/users/3", R"({"name":"Call"})").status == 200);
    read_until(client, 1, "Echo");
  }
  SECTION("deleted and truncated") {
    const auto statement = GENERATE("DELETE FROM users WHERE id = 1", "TRUNCATE users");
    service.database().client().execute(statement);
    wait_until("a deleted user is answered without end",
               [&] { return client.get("/users/1").status == 404; });
  }
}

TEST_CASE("a table that was dropped and recreated, as by pg_restore --clean, is read again") {
  PgService service;
  auto client = service.connect();
  wait_for_lease(service, client);
  REQUIRE(name_of(client, 1) == "Guest 1");
  service.database().client().execute(
      "BEGIN; CREATE TABLE restored (LIKE users INCLUDING ALL); "
      "INSERT INTO restored (id, name, version, created_at, updated_at) OVERRIDING SYSTEM VALUE "
      "SELECT id, 'Restored', version, created_at, updated_at FROM users; "
      "DROP TABLE users; ALTER TABLE restored RENAME TO users; COMMIT");
  read_until(client, 1, "Restored");
}

TEST_CASE("rollcall invalidate makes every node read these users again, or all") {
  PgService service(1, {"invalidation.timeout_ms=60000"});  // the lease does not expire
  auto client = service.connect();
  wait_for_lease(service, client);
  REQUIRE(name_of(client, 1) == "Guest 1");
  REQUIRE(name_of(client, 2) == "Guest 2");
  const auto url = on_url(service.database().url());
  execute_unnoticed(service.database(), "UPDATE users SET name = 'New'");
  const auto one = invalidate(url, {"1"});
  INFO(one.err);
  CHECK(one.exit_code == 0);
  read_until(client, 1, "New");
  CHECK(name_of(client, 2) == "Guest 2");
  CHECK(invalidate(url).exit_code == 0);
  read_until(client, 2, "New");
  CHECK(invalidate(url, {"0"}).exit_code == 2);
}

TEST_CASE("rollcall invalidate reports on SQLite that no other program may write beside a daemon") {
  const TempDir folder;
  const auto refused = invalidate(on_database(folder / "users.db"));
  CHECK(refused.exit_code == 2);
  CHECK(refused.err.find("SQLite") != std::string::npos);
  CHECK_FALSE(std::filesystem::exists(folder / "users.db"));
}

}  // namespace rollcall::tests
