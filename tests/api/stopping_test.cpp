// SIGTERM and SIGINT, and how requests in flight are answered.
#include <csignal>

#include "tests/support/catch.hpp"
#include "tests/support/daemon/loops.hpp"
#include "tests/support/daemon/users.hpp"
#include "tests/support/sqlite/file.hpp"

namespace rollcall::tests {

namespace {

/// Timeouts so long that only the test itself ends a wait.
const std::vector<std::string> patient{"http.request_timeout_ms=60000",
                                       "database.statement_timeout_ms=50000", "http.drain_s=300"};

/// Sends a create, which waits for the database that the test has locked, and waits until it is in
/// flight.
std::unique_ptr<HttpClient> start_create(const DaemonProcess& daemon) {
  auto client = std::make_unique<HttpClient>(daemon.port());
  client->send(Request{.method = "POST",
                       .target = "/users",
                       .headers = {{"Content-Type", "application/json"}},
                       .body = R"({"name":"Ada"})"}
                   .bytes());
  wait_for_in_flight(daemon.admin_port(), 1);
  return client;
}

/// Connects until connections are refused; fails the test where they never are.
void wait_until_refusing(std::uint16_t port) {
  const auto end = std::chrono::steady_clock::now() + patience;
  for (;;) {
    try {
      HttpClient late(port);
    } catch (const ConnectionClosed&) {
      return;
    }
    if (std::chrono::steady_clock::now() > end) FAIL("the daemon goes on accepting");
  }
}

/// Fails the test unless a request on this open connection gets shutting-down, or the connection is
/// closed.
void check_shutting_down(HttpClient& client) {
  const auto end = std::chrono::steady_clock::now() + patience;
  try {
    auto answer = client.get("/users");
    while (answer.status == 200 && std::chrono::steady_clock::now() < end) {
      answer = client.get("/users");  // the loop of this connection has not begun to drain yet
    }
    check_problem(answer, 503, "shutting-down", "/users");
    CHECK(answer.header("Retry-After").has_value());
  } catch (const ConnectionClosed&) {
    SUCCEED("idle connections may be closed at once");
  }
}

}  // namespace

TEST_CASE("SIGTERM and SIGINT end an idle daemon with 0") {
  const int loops = GENERATE(1, 3);
  for (const int number : {SIGTERM, SIGINT}) {
    DaemonProcess daemon({.loops = loops});
    daemon.signal(number);
    CHECK(daemon.wait() == 0);
    check_no_sanitizer_report(daemon.log());
  }
}

TEST_CASE("a daemon with idle connections ends with 0, and closes them") {
  const int loops = GENERATE(1, 3);
  // So long that the test fails where the drain does not end by itself.
  DaemonProcess daemon({.loops = loops, .set = {"http.drain_s=300"}});
  const auto clients = connections_on_every_loop(daemon, loops);
  HttpClient half(daemon.port());
  half.send("GET / HTTP/1.1\r\nHo");
  daemon.signal(SIGTERM);
  CHECK(daemon.wait() == 0);
  for (const auto& client : clients) CHECK(client->closed_by_peer());
}

TEST_CASE("a request in flight is answered before the daemon ends") {
  DaemonProcess daemon({.loops = GENERATE(1, 3), .set = patient});
  std::unique_ptr<HttpClient> client;
  {
    const WritesHeldUp held(daemon.database());
    client = start_create(daemon);
    daemon.signal(SIGTERM);
    wait_until_refusing(daemon.port());
  }
  CHECK(client->read().status == 201);
  CHECK(daemon.wait() == 0);
  CHECK(SqliteFile(daemon.database()).number("SELECT count(*) FROM users") == 1);
}

TEST_CASE("a stopping daemon is not ready, and refuses requests on every loop while it drains") {
  const int loops = GENERATE(1, 3);
  DaemonProcess daemon({.loops = loops, .set = patient});
  const auto idle = connections_on_every_loop(daemon, loops);
  std::unique_ptr<HttpClient> client;
  {
    const WritesHeldUp held(daemon.database());
    client = start_create(daemon);
    daemon.signal(SIGTERM);
    wait_until_refusing(daemon.port());
    CHECK(ask_once(daemon.admin_port(), {.target = "/ready"}).status == 503);
    CHECK(ask_once(daemon.admin_port(), {.target = "/live"}).status == 200);
    // The loop with the waiting request does not delay the stop of the others.
    for (const auto& each : idle) check_shutting_down(*each);
  }
  CHECK(client->read().status == 201);
  CHECK(daemon.wait() == 0);
}

TEST_CASE("after SIGTERM a daemon keeps accepting for http.lame_duck_s, and is not ready") {
  const int loops = GENERATE(1, 3);
  // Longer than this test may take.
  DaemonProcess daemon({.loops = loops, .lame_duck_s = 300});
  daemon.signal(SIGTERM);
  wait_for_ready(daemon.admin_port(), 503);
  for (int i = 0; i < 16 * loops; ++i) {
    HttpClient client(daemon.port());
    create_user(client, "Ada");
    CHECK(client.get("/users").status == 200);
  }
  check_problem(ask_once(daemon.admin_port(), {.target = "/ready"}), 503, "shutting-down",
                "/ready");
  daemon.signal(SIGTERM);
  CHECK(daemon.wait() == -SIGTERM);
}

TEST_CASE("a daemon stops in order once http.lame_duck_s is over, and at once after SIGINT") {
  const bool interrupted = GENERATE(false, true);
  DaemonProcess daemon({.loops = GENERATE(1, 3), .lame_duck_s = interrupted ? 300 : 1});
  daemon.signal(interrupted ? SIGINT : SIGTERM);
  CHECK(daemon.wait() == 0);
}

TEST_CASE("a second signal ends the daemon at once") {
  DaemonProcess daemon({.loops = GENERATE(1, 3), .set = patient});
  const WritesHeldUp held(daemon.database());
  const auto client = start_create(daemon);
  daemon.signal(SIGTERM);
  wait_until_refusing(daemon.port());
  REQUIRE(daemon.wait(std::chrono::milliseconds(0)) == std::nullopt);
  daemon.signal(SIGTERM);
  // Shorter than the statement's timeout, so only the second signal can have ended the daemon.
  CHECK(daemon.wait(std::chrono::milliseconds(30'000)).has_value());
}

TEST_CASE("a drain ends at its time limit, and the daemon exits with 0 then too") {
  DaemonProcess daemon({.loops = GENERATE(1, 3),
                        .set = {"http.request_timeout_ms=4000",
                                "database.statement_timeout_ms=1000", "http.drain_s=0"}});
  const WritesHeldUp held(daemon.database());
  const auto client = start_create(daemon);
  daemon.signal(SIGTERM);
  const auto exit_code = daemon.wait();
  INFO(daemon.log());
  CHECK(exit_code.value_or(-1) == 0);
}

}  // namespace rollcall::tests
