// Two nodes behind each balancer, configured as in packaging/.
#include <atomic>
#include <future>

#include "tests/support/catch.hpp"
#include "tests/support/daemon/balanced.hpp"
#include "tests/support/daemon/loops.hpp"
#include "tests/support/daemon/users.hpp"
#include "tests/support/http/events.hpp"
#include "tests/support/http/load.hpp"
#include "tests/support/progress.hpp"
#include "tests/support/waiting.hpp"

namespace rollcall::tests {

namespace {

std::string either() { return GENERATE(std::string("haproxy"), std::string("nginx")); }

Request write_of(const std::string& method, const std::string& target, const std::string& name) {
  Request request{.method = method, .target = target};
  if (method == "DELETE") return request;
  request.headers = {{"Content-Type", "application/json"}};
  request.body = Json{{"name", name}}.dump();
  return request;
}

/// Creates users until `enough` is set, without retries. Returns the names of those acknowledged.
std::vector<std::string> create_many(std::uint16_t port, const std::atomic<bool>& enough) {
  std::vector<std::string> acknowledged;
  for (int i = 0; !enough; ++i) {
    const auto name = "Created " + std::to_string(i);
    try {
      const auto answer = ask_once(port, write_of("POST", "/users", name));
      if (answer.status == 201) acknowledged.push_back(name);
    } catch (const ConnectionClosed&) {
      continue;  // may have been created
    }
  }
  return acknowledged;
}

/// Sends a request through the balancer while no bytes pass to the nodes. Then makes the node that
/// did not get it reachable, and cuts the connection of the other one. Returns the status that the
/// client gets.
int lose_answer(Balanced& balanced, const Request& request) {
  TcpProxy& first = balanced.ways()[0];
  TcpProxy& second = balanced.ways()[1];
  wait_for_accepting(balanced.port());
  first.swallow();
  second.swallow();
  const int lost_by_first = first.deprived();
  const int lost = lost_by_first + second.deprived();
  HttpClient client(balanced.port());
  client.send(request.bytes());
  wait_until("no node is asked", [&] { return first.deprived() + second.deprived() != lost; });
  const bool took_first = first.deprived() > lost_by_first;
  (took_first ? second : first).heal();
  (took_first ? first : second).heal();
  return client.read(request.method).status;
}

void wait_for_none_in_flight(std::uint16_t admin_port) {
  wait_until("requests are in flight for ever",
             [&] { return requests_in_flight(admin_port) == 0; });
}

}  // namespace

TEST_CASE("requests pass through HAProxy and nginx, and answers back, as they are") {
  Balanced balanced(either());
  HttpClient client(balanced.port());
  const auto created = client.write("POST", "/users", R"({"name":"Ada"})");
  REQUIRE(created.status == 201);
  const auto target = created.header("Location").value();
  const auto found = client.get(target);
  CHECK(found.body == created.body);
  const auto tag = found.header("ETag").value();
  CHECK(client.get(target, {{"If-None-Match", tag}}).status == 304);
  const std::string next = R"({"name":"Augusta"})";
  CHECK(client.write("PUT", target, next, {{"If-Match", tag}}).status == 200);
  check_problem(client.write("PATCH", target, R"({"name":"Ada"})", {{"If-Match", tag}}), 412,
                "precondition-failed", target);
  CHECK(client.ask({.method = "DELETE", .target = target}).status == 204);
  check_problem(client.get(target, {{"Cache-Control", "no-cache"}}), 404, "user-not-found", target);
}

TEST_CASE("events pass through HAProxy and nginx as they happen, and may be resumed") {
  Balanced balanced(either());
  EventStream stream(balanced.port());
  REQUIRE(stream.read_block());
  HttpClient client(balanced.port());
  std::string last = stream.last_id();
  for (int i = 0; i < 10; ++i) {
    create_user(client, "Ada");
    const auto event = stream.next();
    REQUIRE(event);
    CHECK(event->type == "created");
    EventStream resumed(balanced.port(), "/events", {{"Last-Event-ID", last}});
    CHECK(resumed.next()->id == event->id);
    last = event->id;
  }
}

TEST_CASE("a node that is killed under load fails no read, and no write is applied twice") {
  Balanced balanced(either());
  Load load(balanced.port(), {.readers = 4, .writers = 0, .population = 10});
  std::future<std::vector<std::string>> creating;
  Finish finish;
  creating = std::async(std::launch::async, create_many, balanced.port(), std::cref(finish.now));
  load.wait_for_successes(500);
  balanced.nodes()[0].kill();
  load.wait_for_successes(500);
  finish.now = true;
  const auto report = load.finish();
  check_all_well(report);
  CHECK(report.answers.size() == 1);
  CHECK(report.answers.contains(200));
  auto database = balanced.look();
  CHECK(database.number("SELECT count(*) - count(DISTINCT name) FROM users") == 0);
  for (const auto& name : creating.get()) {
    CHECK(database.number("SELECT count(*) FROM users WHERE name = '" + name + "'") == 1);
  }
}

TEST_CASE("where the answer of a node is lost a read is retried, and never a write") {
  Balanced balanced(either(), true);
  CHECK(lose_answer(balanced, {.target = "/users/1"}) == 200);
  for (const std::string method : {"PUT", "DELETE", "PATCH", "POST"}) {
    INFO(method);
    const std::string target = method == "POST" ? "/users" : "/users/2";
    CHECK(lose_answer(balanced, write_of(method, target, "Sent again")) == 502);
    CHECK(balanced.look().number("SELECT count(*) FROM users") == 10);
    CHECK(balanced.look().text("SELECT name FROM users WHERE id = 2") == "Guest 2");
  }
}

TEST_CASE("during an outage of the database cached users are served through HAProxy and nginx") {
  const auto name = either();
  Balanced balanced(name);
  for (const auto& node : balanced.nodes()) {
    REQUIRE(ask_once(node.port(), {.target = "/users/1"}).status == 200);
  }
  balanced.cluster().stop();
  if (name == "haproxy") balanced.wait_for_log("'nodes' has no server available");
  HttpClient client(balanced.port());
  CHECK(wait_for_stale(client, "/users/1").json().at("name") == "Guest 1");
  check_problem(client.get("/users/2"), 503, "storage-unavailable", "/users/2");
  balanced.cluster().start();
  wait_for_service(client, "/users/1");
}

TEST_CASE("HAProxy sends no request to a node that is not ready, and uses it again when it is") {
  Balanced balanced("haproxy");
  Load load(balanced.port(), {.readers = 4, .writers = 0, .population = 10});
  load.wait_for_successes(100);
  CHECK(balanced.answered_by(1) > 0);
  balanced.database_of_second().swallow();
  balanced.wait_for_log("nodes/b is DOWN");
  load.wait_for_successes(100);
  wait_for_none_in_flight(balanced.nodes()[1].admin_port());
  const int before = balanced.answered_by(1);
  load.wait_for_successes(200);
  CHECK(balanced.answered_by(1) == before);
  balanced.database_of_second().heal();
  balanced.wait_for_log("nodes/b is UP");
  load.wait_for_successes(200);
  CHECK(balanced.answered_by(1) > before);
  check_all_well(load.finish());
}

TEST_CASE("HAProxy lets no read fail while a node is stopped") {
  Balanced balanced("haproxy");
  Load load(balanced.port(), {.readers = 4, .writers = 0, .population = 10});
  load.wait_for_successes(200);
  CHECK(balanced.nodes()[0].stop() == 0);
  load.wait_for_successes(200);
  const auto report = load.finish();
  check_all_well(report);
  CHECK(report.answers.size() == 1);
  CHECK(report.answers.contains(200));
}

}  // namespace rollcall::tests
