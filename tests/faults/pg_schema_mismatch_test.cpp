// The schema in PostgreSQL changes while a daemon runs, or before it starts.
#include "db/migrations.hpp"
#include "tests/faults/refusals.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/daemon/loops.hpp"
#include "tests/support/daemon/users.hpp"
#include "tests/support/postgres/service.hpp"
#include "tests/support/waiting.hpp"

namespace rollcall::tests {

namespace {

using Kind = db::PgError::Kind;

struct Mismatch {
  std::string change;
  std::string repair;
  std::string logged;  // in the log
};

std::vector<Mismatch> mismatches() {
  return {{"ALTER TABLE users RENAME COLUMN email TO mail",
           "ALTER TABLE users RENAME COLUMN mail TO email", "column \"email\" does not exist"},
          {"ALTER TABLE users DROP COLUMN updated_at",
           "ALTER TABLE users ADD COLUMN updated_at bigint NOT NULL DEFAULT 0",
           "column \"updated_at\" does not exist"},
          {"ALTER TABLE users ALTER COLUMN version TYPE integer",
           "ALTER TABLE users ALTER COLUMN version TYPE bigint", "column version"}};
}

// A mismatch that makes no statement fail.
Mismatch undetected_mismatch() {
  return {"ALTER TABLE users ALTER COLUMN name DROP NOT NULL",
          "ALTER TABLE users ALTER COLUMN name SET NOT NULL", "column name: may be NULL"};
}

/// A daemon behind a proxy, which counts its attempts to connect.
struct Watched {
  PgCluster cluster;
  PgDatabase database{cluster};
  TcpProxy proxy{cluster.port()};
  DaemonProcess daemon{pg_node(url_through(proxy, database), 1,
                               {"database.reconnect_min_ms=5", "database.reconnect_max_ms=20",
                                "database.connect_timeout_ms=30000"})};

  Watched() {
    wait_for_every_part(daemon.admin_port());
    create_sample_users(daemon.port(), 3);
  }
};

const std::vector<std::string> those_who_use_users{"lookup_store-0", "page_store", "write_store"};

void check_mismatch(Watched& watched, const std::string& logged) {
  const auto admin = watched.daemon.admin_port();
  HttpClient client(watched.daemon.port());
  for (const auto& part : those_who_use_users) {
    wait_until(part + " does not say that it no longer matches",
               [&] { return part_detail(admin, part) == summary_of(Kind::schema); });
  }
  const int before = watched.proxy.accepted();
  wait_until("the daemon no longer tries", [&] {
    CHECK(ask_once(admin, {.target = "/live"}).status == 200);
    CHECK(ask_once(admin, {.target = "/ready"}).status == 503);
    check_refused(client.get("/users/2"), "/users/2");
    check_refused(client.get("/users?limit=3"), "/users");
    check_refused(client.write("POST", "/users", R"({"name":"Ada"})"), "/users");
    return watched.proxy.accepted() > before + 50;
  });
  const auto log = watched.daemon.log();
  INFO(log);
  CHECK(lines_with(log, "trying again: " + summary_of(Kind::schema) + ": statement ") == 3);
  CHECK(lines_with(log, "no connection to") <= 7);  // the feed uses no such column
  CHECK(log.find(logged) != std::string::npos);
}

void check_healed(Watched& watched) {
  wait_for_every_part(watched.daemon.admin_port());
  HttpClient client(watched.daemon.port());
  CHECK(client.get("/users/2").json().at("name") == "Guest 2");
  CHECK(client.get("/users?limit=3").json().at("users").size() == 3);
  wait_for_service(client, "/users/1");
}

}  // namespace

TEST_CASE("a schema mismatch found at a reconnection is a state, and the daemon recovers") {
  const auto mismatch = GENERATE(from_range(mismatches()), values({undetected_mismatch()}));
  INFO(mismatch.change);
  Watched watched;
  watched.database.client().execute(mismatch.change);
  watched.cluster.terminate(watched.database.name());
  check_mismatch(watched, mismatch.logged);
  watched.database.client().execute(mismatch.repair);
  check_healed(watched);
}

TEST_CASE("a schema mismatch under open connections is detected, named, and recovered from") {
  const auto mismatch = GENERATE(from_range(mismatches()));
  INFO(mismatch.change);
  Watched watched;
  watched.database.client().execute(mismatch.change);
  HttpClient client(watched.daemon.port());
  check_refused(client.get("/users/3"), "/users/3");
  check_refused(client.get("/users?limit=3"), "/users");
  check_refused(client.write("PATCH", "/users/3", R"({"name":"Never"})"), "/users/3");
  check_mismatch(watched, mismatch.logged);
  watched.database.client().execute(mismatch.repair);
  check_healed(watched);
  CHECK(client.get("/users/3").json().at("name") == "Guest 3");
}

TEST_CASE("a privilege that is revoked and granted again is a state, and the daemon recovers") {
  Watched watched;
  const auto as_owner = [&](const std::string& sql) { watched.database.client().execute(sql); };
  as_owner("CREATE ROLE guest LOGIN; GRANT ALL ON users, schema_migrations TO guest");
  const auto url = watched.cluster.url(watched.database.name(), "guest");
  DaemonProcess daemon(pg_node(url, 1, {"database.connect_timeout_ms=30000"}));
  wait_for_every_part(daemon.admin_port());
  as_owner("REVOKE ALL ON schema_migrations FROM guest");
  watched.cluster.terminate(watched.database.name());
  for (const auto& part : those_who_use_users + std::vector<std::string>{"invalidation_feed"}) {
    wait_until(part + " does not say why",
               [&] { return part_detail(daemon.admin_port(), part) == summary_of(Kind::schema); });
  }
  CHECK(lines_with(daemon.log(), "permission denied for table schema_migrations") == 4);
  as_owner("GRANT SELECT ON schema_migrations TO guest");
  wait_for_every_part(daemon.admin_port());
}

TEST_CASE("a daemon that starts on a schema that does not match ends, and reports the difference") {
  struct Start {
    std::string change;
    std::vector<std::string> logged;
  };
  const auto future = std::to_string(db::migrations().back().version + 1);
  const auto start = GENERATE_COPY(from_range(std::vector<Start>{
      {"ALTER TABLE users RENAME COLUMN email TO mail", {"statement find_users", "\"email\""}},
      {"ALTER TABLE users ALTER COLUMN version TYPE integer",
       {"statement find_users", "column version", "bigint is expected"}},
      {"ALTER TABLE users ALTER COLUMN name DROP NOT NULL",
       {"statement find_users", "column name", "NULL"}},
      {"DROP TABLE schema_migrations", {"another program's"}},
      {"INSERT INTO schema_migrations VALUES (" + future + ", 'from the future', " + future +
           ", 0)",
       {"schema version " + future, "install a newer Rollcall"}}}));
  INFO(start.change);
  const PgDatabase database;
  REQUIRE(run_command(std::vector<std::string>{"migrate"} + on_url(database.url())).exit_code == 0);
  database.client().execute(start.change);
  const auto outcome = run_command(serve_arguments({.url = database.url()}));
  INFO(outcome.err);
  CHECK(outcome.exit_code == 1);
  CHECK(outcome.out.find("listening") == std::string::npos);
  for (const auto& words : start.logged) CHECK(outcome.err.find(words) != std::string::npos);
  CHECK(outcome.err.find(database.name()) != std::string::npos);
}

TEST_CASE("a locked table is not a schema mismatch: the daemon waits for it") {
  const PgDatabase database;
  REQUIRE(run_command(std::vector<std::string>{"migrate"} + on_url(database.url())).exit_code == 0);
  auto other = database.client();
  other.execute("BEGIN; LOCK TABLE users IN ACCESS EXCLUSIVE MODE");
  DaemonProcess daemon(pg_node(database.url(), 1, {"database.statement_timeout_ms=1000"}));
  wait_until("the writer does not say why", [&] {
    return part_detail(daemon.admin_port(), "write_store") ==
           "another session keeps a lock in PostgreSQL";
  });
  CHECK(ask_once(daemon.admin_port(), {.target = "/live"}).status == 200);
  CHECK(daemon.log().find("lock timeout") != std::string::npos);
  other.execute("COMMIT");
  wait_for_every_part(daemon.admin_port());
  HttpClient client(daemon.port());
  CHECK(create_user(client, "Ada") == 1);
}

}  // namespace rollcall::tests
