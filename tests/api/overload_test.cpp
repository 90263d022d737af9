// Requests in flight are bounded, and none waits longer than its deadline.
#include "tests/support/catch.hpp"
#include "tests/support/daemon/loops.hpp"
#include "tests/support/daemon/users.hpp"
#include "tests/support/sqlite/file.hpp"

namespace rollcall::tests {

namespace {

Request create(const std::string& name, Headers headers = {}) {
  headers.emplace_back("Content-Type", "application/json");
  return {.method = "POST",
          .target = "/users",
          .headers = std::move(headers),
          .body = Json{{"name", name}}.dump()};
}

}  // namespace

TEST_CASE("over the limit in flight a request is refused at once, the admin listener answers") {
  DaemonProcess daemon({.loops = 1,
                        .set = {"http.max_in_flight_per_loop=1", "http.request_timeout_ms=60000",
                                "database.statement_timeout_ms=50000"}});
  HttpClient first(daemon.port());
  HttpClient second(daemon.port());
  {
    const WritesHeldUp held(daemon.database());
    first.send(create("Ada").bytes());
    wait_for_in_flight(daemon.admin_port(), 1);
    for (int i = 0; i < 3; ++i) {
      const auto refused = second.get("/users/1");
      CHECK(refused.status == 503);
      CHECK(refused.header("Content-Type") == "application/problem+json");
      CHECK(refused.json().at("type") == "/problems/overloaded");
      CHECK_FALSE(refused.json().contains("trace_id"));
      const auto wait = refused.header("Retry-After").value_or("");
      CHECK_FALSE(wait.empty());
      CHECK(wait.find_first_not_of("0123456789") == std::string::npos);
      CHECK(second.get("/").status == 200);  // needs no actor
    }
    CHECK(ask_once(daemon.admin_port(), {.target = "/live"}).status == 200);
  }
  CHECK(first.read().status == 201);
  CHECK(second.get("/users/1").status == 200);
}

TEST_CASE("writes that wait leave places to reads") {
  DaemonProcess daemon({.loops = 1,
                        .set = {"http.max_in_flight_per_loop=3", "http.request_timeout_ms=60000",
                                "database.statement_timeout_ms=50000"}});
  HttpClient first(daemon.port());
  HttpClient second(daemon.port());
  HttpClient third(daemon.port());
  {
    const WritesHeldUp held(daemon.database());
    first.send(create("Ada").bytes());
    second.send(create("Eve").bytes());
    wait_for_in_flight(daemon.admin_port(), 2);
    const auto refused = third.ask(create("Bob"));
    check_problem(refused, 503, "overloaded", "/users");
    CHECK(refused.header("Retry-After").has_value());
    CHECK(third.get("/users/1").status == 404);
  }
  CHECK(first.read().status == 201);
  CHECK(second.read().status == 201);
  CHECK(third.get("/users/1").status == 200);
}

TEST_CASE("reads are served while a write waits for the disk") {
  const int loops = GENERATE(1, 3);
  DaemonProcess daemon({.loops = loops,
                        .set = {"http.request_timeout_ms=60000",
                                "database.statement_timeout_ms=50000", "lookup.cache_entries=0"}});
  HttpClient writer(daemon.port());
  create_user(writer, "Ada");
  {
    const WritesHeldUp held(daemon.database());
    writer.send(create("Eve").bytes());
    wait_for_in_flight(daemon.admin_port(), 1);
    for (const auto& reader : connections_on_every_loop(daemon, loops)) {
      CHECK(reader->get("/users/1").status == 200);
      CHECK(reader->get("/users").status == 200);
    }
  }
  CHECK(writer.read().status == 201);
}

TEST_CASE("a write that can't be done in time is refused, not applied, and the next one is") {
  DaemonProcess daemon(
      {.loops = 3, .set = {"http.request_timeout_ms=60000", "database.statement_timeout_ms=1000"}});
  HttpClient client(daemon.port());
  {
    const WritesHeldUp held(daemon.database());
    const auto refused = client.ask(create("Ada"));
    check_problem(refused, 503, "storage-unavailable", "/users");
    CHECK(refused.header("Retry-After").has_value());
  }
  CHECK(client.get("/users").json().at("users").empty());
  CHECK(create_user(client, "Eve") >= 1);
}

TEST_CASE("a client that shortens its deadline gets its answer then") {
  DaemonProcess daemon(
      {.loops = 3,
       .set = {"http.request_timeout_ms=60000", "database.statement_timeout_ms=50000"}});
  HttpClient client(daemon.port());
  HttpClient other(daemon.port());
  {
    const WritesHeldUp held(daemon.database());
    other.send(create("Ada").bytes());
    wait_for_in_flight(daemon.admin_port(), 1);
    // Queued behind the write of Ada. Whether it has been sent to the database by its deadline,
    // only the daemon knows.
    const auto late = client.ask(create("Eve", {{"Request-Timeout", "0.2"}}));
    INFO(late.body);
    const bool refused = late.status == 504;
    const bool unknown = late.status == 503;
    CHECK((refused || unknown));
    check_problem(late, late.status, refused ? "deadline-exceeded" : "outcome-unknown", "/users");
    if (unknown) CHECK_FALSE(late.header("Retry-After").has_value());
  }
  CHECK(other.read().status == 201);
  check_problem(client.ask(create("Bob", {{"Request-Timeout", "soon"}})), 400, "invalid-parameter",
                "/users");
}

TEST_CASE("over the limit of connections a new one is refused, and served after one has closed") {
  DaemonProcess daemon({.loops = 3, .set = {"http.max_connections=8"}});
  std::vector<std::unique_ptr<HttpClient>> clients;
  for (int i = 0; i < 24; ++i) {
    clients.push_back(std::make_unique<HttpClient>(daemon.port()));
    clients.back()->send(Request{}.bytes());
  }
  int served = 0;
  for (auto& client : clients) {
    try {
      served += client->read().status == 200 ? 1 : 0;
    } catch (const ConnectionClosed&) {
      continue;
    }
  }
  CHECK(served == 8);
  CHECK(ask_once(daemon.admin_port(), {.target = "/ready"}).status == 200);
  clients.clear();
  wait_for_accepting(daemon.port());  // once the daemon has noticed that the others are closed
}

}  // namespace rollcall::tests
