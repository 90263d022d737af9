// PostgreSQL stops and starts again while the daemon runs.
#include "tests/support/catch.hpp"
#include "tests/support/daemon/loops.hpp"
#include "tests/support/daemon/users.hpp"
#include "tests/support/http/load.hpp"
#include "tests/support/network/tcp_proxy.hpp"
#include "tests/support/postgres/service.hpp"
#include "tests/support/waiting.hpp"

namespace rollcall::tests {

namespace {

void end_by(PgCluster& cluster, const std::string& way) {
  if (way == "stop") cluster.stop();
  if (way == "crash") cluster.crash();
  if (way == "kill -9") cluster.kill();
}

/// Fails the test where an answer is neither a success nor 503, 504 or 404 (writers delete users).
void check_refusals_only(const LoadReport& report) {
  for (const auto& [status, count] : report.answers) {
    INFO(count << " answers with " << status);
    const bool refused = status == 404 || status == 503 || status == 504;
    CHECK((status / 100 == 2 || refused));
  }
}

}  // namespace

TEST_CASE("PostgreSQL ends and starts under load: rejections, then full service in one process") {
  const std::string way =
      GENERATE(std::string("stop"), std::string("crash"), std::string("kill -9"));
  INFO("PostgreSQL ended by: " << way);
  PgService service(3);
  Load load(service.daemon().port(), {.readers = 4, .writers = 4, .deletes = true});
  load.wait_for_writes(50);
  for (int round = 0; round < 2; ++round) {
    end_by(service.cluster(), way);
    wait_for_ready(service.daemon().admin_port(), 503);
    load.wait_for_answers(100);
    CHECK(ask_once(service.daemon().admin_port(), {.target = "/live"}).status == 200);
    service.cluster().start();
    wait_for_every_part(service.daemon().admin_port());
    load.wait_for_writes(50);
  }
  const auto report = load.finish();
  check_all_well(report);
  check_refusals_only(report);
  CHECK(report.answers.contains(503));
  auto client = service.connect();
  check_kept(client, report.users);
}

TEST_CASE("in an outage cached users are served stale, all else is refused: alive, not ready") {
  PgService service(3);
  auto client = service.connect();
  const auto fresh = client.get("/users/1");
  REQUIRE(fresh.status == 200);
  CHECK_FALSE(marked_stale(fresh));

  service.cluster().stop();
  const auto stale = wait_for_stale(client, "/users/1");
  CHECK(stale.body == fresh.body);
  CHECK(stale.header("ETag") == fresh.header("ETag"));
  const auto unkept = client.get("/users/2");
  check_problem(unkept, 503, "storage-unavailable", "/users/2");
  CHECK(unkept.header("Retry-After").has_value());
  CHECK_FALSE(marked_stale(unkept));
  const auto wants_new = client.get("/users/1", {{"Cache-Control", "no-cache"}});
  check_problem(wants_new, 503, "storage-unavailable", "/users/1");
  CHECK(wants_new.header("Retry-After").has_value());
  const auto page = client.get("/users?limit=3");
  check_problem(page, 503, "storage-unavailable", "/users");
  const auto write = client.write("PATCH", "/users/1", R"({"name":"Never"})");
  check_problem(write, 503, "storage-unavailable", "/users/1");
  CHECK(write.header("Retry-After").has_value());

  const auto admin = service.daemon().admin_port();
  CHECK(ask_once(admin, {.target = "/live"}).status == 200);
  wait_for_ready(admin, 503);
  const auto not_ready = ask_once(admin, {.target = "/ready"});
  const auto why = not_ready.json().at("detail").get<std::string>();
  INFO(why);
  CHECK((why.find("can't be reached") != std::string::npos ||
         why.find("was lost") != std::string::npos));

  service.cluster().start();
  wait_for_every_part(admin);
  const auto again = client.get("/users/1");
  CHECK(again.body == fresh.body);  // "Never" was refused, and so not applied
  CHECK_FALSE(marked_stale(again));
  CHECK(client.get("/users/2").status == 200);
  wait_for_service(client, "/users/1");
}

TEST_CASE("a cached user is not served stale past lookup.stale_if_error_s") {
  const std::string seconds = GENERATE(std::string("0"), std::string("1"));
  PgService service(1, {"lookup.stale_if_error_s=" + seconds});
  auto client = service.connect();
  REQUIRE(client.get("/users/1").status == 200);
  service.cluster().stop();
  const auto end = std::chrono::steady_clock::now() + patience;
  for (;;) {
    const auto answer = client.get("/users/1");
    if (answer.status == 503) break;
    REQUIRE(answer.status == 200);
    if (seconds == "0") CHECK_FALSE(marked_stale(answer));
    if (std::chrono::steady_clock::now() > end) FAIL("it is served stale for ever");
  }
  service.cluster().start();
  wait_for_service(client, "/users/1");
}

TEST_CASE("a PostgreSQL that is down at the start is waited for, and used once it is up") {
  PgCluster cluster;
  const PgDatabase database(cluster);
  cluster.stop();
  DaemonProcess daemon(pg_node(database.url(), 3));
  CHECK(ask_once(daemon.admin_port(), {.target = "/live"}).status == 200);
  CHECK(ask_once(daemon.admin_port(), {.target = "/ready"}).status == 503);
  HttpClient client(daemon.port());
  check_problem(client.get("/users/1"), 503, "storage-unavailable", "/users/1");
  check_problem(client.write("POST", "/users", R"({"name":"Ada"})"), 503, "storage-unavailable",
                "/users");
  cluster.start();
  wait_for_every_part(daemon.admin_port());
  CHECK(create_user(client, "Ada") == 1);  // the schema is there too
  CHECK(client.get("/users/1").json().at("name") == "Ada");
}

TEST_CASE("no outage counts against the restart budget, however long, and each is logged once") {
  PgCluster cluster;
  const PgDatabase database(cluster);
  TcpProxy proxy(cluster.port());
  DaemonProcess daemon(pg_node(
      "postgres://postgres@127.0.0.1:" + std::to_string(proxy.port()) + "/" + database.name(), 1,
      // What is slow must not count as an outage.
      {"database.reconnect_min_ms=5", "database.reconnect_max_ms=20",
       "database.connect_timeout_ms=30000", "database.statement_timeout_ms=20000",
       "http.request_timeout_ms=30000", "invalidation.timeout_ms=30000"}));
  wait_for_every_part(daemon.admin_port());
  create_sample_users(daemon.port(), 1);
  HttpClient client(daemon.port());
  HttpClient admin(daemon.admin_port());
  for (int outage = 1; outage <= 2; ++outage) {
    cluster.stop();
    const int before = proxy.accepted();
    const auto end = std::chrono::steady_clock::now() + patience;
    while (proxy.accepted() < before + 200) {  // attempts to connect
      CHECK(admin.get("/live").status == 200);
      if (std::chrono::steady_clock::now() > end) FAIL("the daemon no longer tries");
    }
    // One line each for lookups, pages, writes and the invalidation feed.
    wait_until("not all lines of an outage are logged",
               [&] { return lines_with(daemon.log(), "no connection to") == 4 * outage; });
    cluster.start();
    wait_for_every_part(daemon.admin_port());
    wait_for_service(client, "/users/1");
    // At most one line of each kind is logged per second, so some come later.
    wait_until("not all lines of an outage's end are logged",
               [&] { return lines_with(daemon.log(), "ready on") == 4 * (outage + 1); });
  }
}

}  // namespace rollcall::tests
