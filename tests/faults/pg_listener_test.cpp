// Two nodes on one database, and one of them no longer hears what the other writes.
#include <functional>

#include "tests/support/catch.hpp"
#include "tests/support/loops.hpp"
#include "tests/support/pg_service.hpp"
#include "tests/support/users.hpp"

namespace rollcall::tests {

namespace {

using Clock = std::chrono::steady_clock;

DaemonOptions listening_node(const std::string& url) {
  return pg_node(url, 1, {"feed.heartbeat_ms=100", "feed.timeout_ms=1000"});
}

/// A is at the database, B behind a network that can be cut; each with a client of its own.
class TwoNodes {
 public:
  TwoNodes() {
    wait_for_every_part(a_.admin_port());
    wait_for_every_part(b_.admin_port());
    create_guests(a_.port(), 3);
  }

  PgCluster& cluster() { return cluster_; }
  const PgDatabase& database() const { return database_; }
  TcpProxy& proxy() { return proxy_; }
  const DaemonProcess& b() const { return b_; }

  /// Writes on A, and says when that was acknowledged.
  Clock::time_point write(const std::string& name) {
    REQUIRE(at_a_.write("PATCH", "/users/1", Json{{"name", name}}.dump()).status == 200);
    return Clock::now();
  }
  HttpClient& at_b() { return at_b_; }

  /// Reads on B until it answers this name unmarked. What else it answers, and when it was asked
  /// for, goes to `check`.
  void read_until(const std::string& name,
                  const std::function<void(const Response&, Clock::time_point)>& check) {
    const auto end = Clock::now() + patience;
    for (;;) {
      const auto asked = Clock::now();
      const auto answer = at_b_.get("/users/1");
      INFO(answer.status << " " << answer.body);
      if (answer.status == 200 && !marked_stale(answer) && answer.json().at("name") == name) return;
      check(answer, asked);
      if (asked > end) FAIL("B never answers " << name);
    }
  }
  void read_until(const std::string& name) {
    read_until(name, [](const Response& answer, Clock::time_point) {
      CHECK(answer.status == 200);
      CHECK_FALSE(marked_stale(answer));
    });
  }

 private:
  PgCluster cluster_;
  PgDatabase database_{cluster_};
  TcpProxy proxy_{cluster_.port()};
  DaemonProcess a_{listening_node(database_.url())};
  DaemonProcess b_{listening_node(url_through(proxy_, database_))};
  HttpClient at_a_{a_.port()};
  HttpClient at_b_{b_.port()};
};

}  // namespace

TEST_CASE("what one node has written the other one answers, from then on and for good") {
  TwoNodes nodes;
  nodes.read_until("Guest 1");
  for (int i = 1; i <= 100; ++i) {
    const auto name = "Name " + std::to_string(i);
    nodes.write(name);
    nodes.read_until(name);
    CHECK(nodes.at_b().get("/users/1").json().at("name") == name);
  }
}

TEST_CASE("a fresh answer is asked for on the other node, and is as new as the request") {
  TwoNodes nodes;
  for (int i = 1; i <= 50; ++i) {
    const auto name = "Name " + std::to_string(i);
    nodes.write(name);
    const auto fresh = nodes.at_b().get("/users/1", {{"Cache-Control", "no-cache"}});
    CHECK(fresh.json().at("name") == name);
    CHECK(nodes.at_b().get("/users/1").json().at("name") == name);
  }
}

TEST_CASE(
    "a node whose listening connection is terminated goes on being right, and listens again") {
  TwoNodes nodes;
  for (int round = 1; round <= 5; ++round) {
    const auto name = "Round " + std::to_string(round);
    nodes.read_until(round == 1 ? "Guest 1" : "Heard " + std::to_string(round - 1));
    nodes.cluster().terminate(nodes.database().name(), "rollcall feed");
    nodes.write(name);
    nodes.read_until(name);
    wait_for_every_part(nodes.b().admin_port());
    CHECK(nodes.database().client().number("SELECT count(*) FROM pg_stat_activity WHERE "
                                           "application_name = 'rollcall feed'") >= 1);
    nodes.write("Heard " + std::to_string(round));
    nodes.read_until("Heard " + std::to_string(round));
  }
}

}  // namespace rollcall::tests
