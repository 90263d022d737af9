// Connections to PostgreSQL are cut while requests are under way.
#include "db/postgres/statements.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/daemon/loops.hpp"
#include "tests/support/daemon/users.hpp"
#include "tests/support/http/load.hpp"
#include "tests/support/postgres/service.hpp"
#include "tests/support/waiting.hpp"

namespace rollcall::tests {

namespace {

void wait_for_waiting_writer(const PgDatabase& database) {
  auto watcher = database.client();
  wait_until("no write waits", [&] {
    return watcher.number(
               "SELECT count(*) FROM pg_stat_activity WHERE wait_event_type = 'Lock' "
               "AND application_name = 'rollcall write'") != 0;
  });
}

/// An open transaction of another program, whose locks make a write wait.
class Held {
 public:
  Held(const PgDatabase& database, const std::string& by) : holder_(database.url()) {
    holder_.execute("BEGIN; " + by);
  }

 private:
  PgClient holder_;
};

std::string patch(const std::string& target, const std::string& name) {
  return Request{.method = "PATCH",
                 .target = target,
                 .headers = {{"Content-Type", "application/json"}},
                 .body = Json{{"name", name}}.dump()}
      .bytes();
}

/// Fails the test unless the daemon answers the user as it is stored, whatever the outcome of a
/// write.
void check_reads_the_truth(HttpClient& client, const PgDatabase& database, int id) {
  const auto answer = client.get("/users/" + std::to_string(id));
  REQUIRE(answer.status == 200);
  CHECK_FALSE(marked_stale(answer));
  CHECK(answer.json().at("name") ==
        database.client().text("SELECT name FROM users WHERE id = " + std::to_string(id)));
}

// Waits until no lookup connection is in its handshake: each has last prepared the last statement
// of the handshake, or has executed a probe or a lookup. A read that loses a second connection
// would fail, so the test may cut connections only then.
void wait_for_every_lookup_connection(const PgDatabase& database, int loops) {
  namespace sql = db::sql;
  std::string last_texts;
  for (const auto text : {sql::postgres::for_reading.back().text, sql::probe.text,
                          sql::find_user.text, sql::postgres::find_users.text}) {
    last_texts += (last_texts.empty() ? "$$" : ", $$") + std::string(text) + "$$";
  }
  const auto made =
      "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND "
      "application_name = 'rollcall lookup' AND query IN (" +
      last_texts + ")";
  auto watcher = database.client();
  wait_until("not every connection for lookups is made",
             [&] { return watcher.number(made) == 2 * loops; });
}

}  // namespace

TEST_CASE("no read fails when its connection is terminated under load: it is retried once") {
  const int loops = GENERATE(1, 3);
  PgService service(loops, {"lookup.cache_entries=0"});
  Load load(service.daemon().port(), {.readers = 8, .writers = 0});
  auto pages = service.connect();
  for (int round = 0; round < 5; ++round) {
    wait_for_every_lookup_connection(service.database(), loops);
    load.wait_for_successes(200);
    service.cluster().terminate(service.database().name());
    CHECK(pages.get("/users?limit=3").status == 200);
    wait_for_every_part(service.daemon().admin_port());
  }
  load.wait_for_successes(200);
  const auto report = load.finish();
  INFO(service.daemon().log());
  check_all_well(report);
  for (const auto& [status, count] : report.answers) {
    INFO(count << " answers with " << status);
    CHECK(status == 200);
  }
}

TEST_CASE("the write connection is terminated under load: acknowledged writes stay") {
  const int loops = GENERATE(1, 3);
  PgService service(loops);
  Load load(service.daemon().port(), {.readers = 1, .writers = 8});
  for (int round = 0; round < 5; ++round) {
    load.wait_for_writes(50);
    service.cluster().terminate(service.database().name(), "rollcall write");
  }
  load.wait_for_writes(50);
  const auto report = load.finish();
  check_all_well(report);
  auto client = service.connect();
  check_kept(client, report.users);
}

TEST_CASE("a write whose connection ends before its commit was sent is refused, and not applied") {
  const std::string way = GENERATE(std::string("terminate"), std::string("kill -9"));
  INFO("ended by: " << way);
  PgService service(1, {"http.request_timeout_ms=60000", "database.statement_timeout_ms=50000"});
  auto writer = service.connect();
  auto reader = service.connect();
  REQUIRE(reader.get("/users/7").status == 200);
  {
    const Held held(service.database(), "LOCK TABLE users IN SHARE MODE");
    writer.send(patch("/users/7", "Perhaps"));
    wait_for_waiting_writer(service.database());
    if (way == "terminate") {
      service.cluster().terminate(service.database().name(), "rollcall write");
    } else {
      service.cluster().kill();
    }
    const auto answer = writer.read();
    check_problem(answer, 503, "storage-unavailable", "/users/7");
    CHECK(answer.header("Retry-After").has_value());
  }
  if (way == "kill -9") service.cluster().start();
  wait_for_every_part(service.daemon().admin_port());
  check_reads_the_truth(reader, service.database(), 7);
  CHECK(reader.get("/users/7").json().at("name") == "Guest 7");
  wait_for_service(writer, "/users/7");
  check_reads_the_truth(reader, service.database(), 7);
}

TEST_CASE(
    "of five concurrent writes the one whose user is locked is refused, the others are done") {
  const int last = 5;
  const int locked = GENERATE(1, 3, 5);
  PgService service;
  const Held held(service.database(),
                  "SELECT 1 FROM users WHERE id = " + std::to_string(locked) + " FOR UPDATE");
  std::vector<HttpClient> clients;
  for (int i = 1; i <= last; ++i) clients.push_back(service.connect());
  for (int i = 1; i <= last; ++i) {
    clients[static_cast<std::size_t>(i - 1)].send(patch("/users/" + std::to_string(i), "New"));
  }
  for (int i = 1; i <= last; ++i) {
    INFO("user " << i);
    const auto target = "/users/" + std::to_string(i);
    const auto answer = clients[static_cast<std::size_t>(i - 1)].read();
    if (i == locked) {
      check_problem(answer, 503, "user-locked", target);
      CHECK(answer.header("Retry-After").has_value());
    } else {
      CHECK(answer.status == 200);
    }
  }
  CHECK(lines_with(service.daemon().log(),
                   "another transaction keeps user " + std::to_string(locked) + " locked") >= 1);
  CHECK(ask_once(service.daemon().admin_port(), {.target = "/ready"}).status == 200);
}

TEST_CASE("a write whose acknowledgement was lost on the way is read as it was applied") {
  PgCluster cluster;
  const PgDatabase database(cluster);
  TcpProxy proxy(cluster.port());
  DaemonProcess daemon(
      pg_node(url_through(proxy, database), 1,
              {"http.request_timeout_ms=20000", "database.statement_timeout_ms=3000"}));
  wait_for_every_part(daemon.admin_port());
  create_sample_users(daemon.port(), 3);
  HttpClient writer(daemon.port());
  HttpClient reader(daemon.port());
  REQUIRE(reader.get("/users/2").status == 200);
  // A COMMIT, once sent, waits for the holder of this lock.
  auto holder = database.client();
  holder.execute(
      "CREATE FUNCTION wait_at_commit() RETURNS trigger LANGUAGE plpgsql SET lock_timeout = 0 AS "
      "'BEGIN PERFORM pg_advisory_xact_lock(1); RETURN NULL; END'; "
      "CREATE CONSTRAINT TRIGGER wait_at_commit AFTER UPDATE ON users "
      "DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION wait_at_commit()");
  holder.execute("SELECT pg_advisory_lock(1)");
  writer.send(patch("/users/2", "Applied"));
  wait_for_waiting_writer(database);
  proxy.swallow();
  holder.execute("SELECT pg_advisory_unlock(1)");
  const auto answer = writer.read();
  check_problem(answer, 503, "outcome-unknown", "/users/2");
  CHECK_FALSE(answer.header("Retry-After").has_value());
  proxy.heal();
  wait_for_every_part(daemon.admin_port());
  check_reads_the_truth(reader, database, 2);
  CHECK(reader.get("/users/2").json().at("name") == "Applied");
}

}  // namespace rollcall::tests
