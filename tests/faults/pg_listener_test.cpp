// Two nodes on one database, one of which stops receiving notifications.
#include <algorithm>

#include "tests/support/catch.hpp"
#include "tests/support/daemon/loops.hpp"
#include "tests/support/daemon/users.hpp"
#include "tests/support/postgres/service.hpp"
#include "tests/support/waiting.hpp"

namespace rollcall::tests {

namespace {

using Clock = std::chrono::steady_clock;

// How long the lease of a heartbeat lasts, counted from its sending.
constexpr std::chrono::milliseconds lease_timeout{1'000};

DaemonOptions listening_node(const std::string& url) {
  return pg_node(url, 1,
                 {"invalidation.heartbeat_ms=100",
                  "invalidation.timeout_ms=" + std::to_string(lease_timeout.count())});
}

/// Node A connects to the database directly, node B over a proxy that can be cut. Each has one
/// client.
class ListeningNodes {
 public:
  ListeningNodes() {
    wait_for_every_part(a_.admin_port());
    wait_for_every_part(b_.admin_port());
    create_sample_users(a_.port(), 3);
  }

  PgCluster& cluster() { return cluster_; }
  const PgDatabase& database() const { return database_; }
  TcpProxy& proxy() { return proxy_; }

  /// Writes on A. After the acknowledgement B may answer the old row for lease_timeout and no
  /// longer: a heartbeat that is sent later comes back after the notification.
  void write(const std::string& name) {
    REQUIRE(at_a_.write("PATCH", "/users/1", Json{{"name", name}}.dump()).status == 200);
    lease_ends_ = std::min(lease_ends_, Clock::now() + lease_timeout);
  }
  /// Changes a user without a notification: no trigger fires, as in a restore with
  /// --disable-triggers.
  void change_by_hand(int id, const std::string& name) const {
    database_.client().execute(
        "SET session_replication_role = replica; UPDATE users SET version = version + 1, name = '" +
        name + "' WHERE id = " + std::to_string(id));
  }
  HttpClient& at_b() { return at_b_; }

  /// From now on B receives no notifications and no error: heartbeats that are sent from now on do
  /// not come back.
  void cut_silently() {
    proxy_.swallow("rollcall feed");
    lease_ends_ = Clock::now() + lease_timeout;
  }
  /// The same, but B sees that its connection has ended.
  void end_listening() {
    proxy_.swallow("rollcall feed");
    proxy_.cut("rollcall feed");
    wait_for_feed(false);
    lease_ends_ = Clock::now();
  }
  void heal() {
    proxy_.heal();
    wait_for_every_part(b_.admin_port());
  }
  void wait_for_feed(bool ready) const {
    wait_until(std::string("the readiness of the invalidation feed never is ") +
                   (ready ? "true" : "false"),
               [&] { return part_ready(b_.admin_port(), "invalidation_feed") == ready; });
  }
  /// Waits until B has begun to listen this many times, counted from its start.
  void wait_for_listening(int times) const {
    wait_until("B does not listen again",
               [&] { return lines_with(b_.log(), "feed: ready on") >= times; });
  }
  /// Reads on B until it answers from its cache, that is, until a change without a notification is
  /// not seen.
  void wait_for_lease() {
    const auto end = Clock::now() + patience;
    for (int round = 1;; ++round) {
      const auto cached = at_b_.get("/users/3").body;
      change_by_hand(3, "By hand " + std::to_string(round));
      if (at_b_.get("/users/3").body == cached) return;
      if (Clock::now() > end) FAIL("B never holds a lease");
    }
  }

  /// Reads on B until it answers this name. Fails the test where an answer is marked as stale, or
  /// is another name although the read was requested after B's lease must have ended.
  void read_until(const std::string& name) {
    const auto end = Clock::now() + patience;
    for (;;) {
      const auto asked = Clock::now();
      if (read() == name) break;
      CHECK(asked <= lease_ends_);
      if (asked > end) FAIL("B never answers " << name);
    }
    lease_ends_ = Clock::time_point::max();
  }
  /// The name that B answers; fails the test where the answer is marked as stale.
  std::string read(int id = 1) {
    const auto answer = at_b_.get("/users/" + std::to_string(id));
    INFO(answer.status << " " << answer.body);
    REQUIRE(answer.status == 200);
    CHECK_FALSE(marked_stale(answer));
    return answer.json().at("name");
  }

 private:
  PgCluster cluster_;
  PgDatabase database_{cluster_};
  TcpProxy proxy_{cluster_.port()};
  DaemonProcess a_{listening_node(database_.url())};
  DaemonProcess b_{listening_node(url_through(proxy_, database_))};
  HttpClient at_a_{a_.port()};
  HttpClient at_b_{b_.port()};
  Clock::time_point lease_ends_ = Clock::time_point::max();
};

/// Fails the test unless B, which holds no lease, answers at once what A has acknowledged.
void check_current_without_lease(ListeningNodes& nodes) {
  for (int i = 1; i <= 20; ++i) {
    const auto name = "Unnotified " + std::to_string(i);
    nodes.write(name);
    CHECK(nodes.read() == name);
  }
}

}  // namespace

TEST_CASE("a write on one node is served by the other one, from then on and permanently") {
  ListeningNodes nodes;
  nodes.read_until("Guest 1");
  for (int i = 1; i <= 100; ++i) {
    const auto name = "Name " + std::to_string(i);
    nodes.write(name);
    nodes.read_until(name);
    CHECK(nodes.read() == name);
  }
}

TEST_CASE("a fresh read on the other node is at least as new as the request") {
  ListeningNodes nodes;
  for (int i = 1; i <= 50; ++i) {
    const auto name = "Name " + std::to_string(i);
    nodes.write(name);
    const auto fresh = nodes.at_b().get("/users/1", {{"Cache-Control", "no-cache"}});
    CHECK(fresh.json().at("name") == name);
    CHECK(nodes.read() == name);
  }
}

TEST_CASE("a node whose listening connection is terminated serves no old row, and listens again") {
  ListeningNodes nodes;
  for (int round = 1; round <= 5; ++round) {
    const auto name = "Round " + std::to_string(round);
    nodes.read_until(round == 1 ? "Guest 1" : "Notified " + std::to_string(round - 1));
    nodes.cluster().terminate(nodes.database().name(), "rollcall feed");
    nodes.write(name);
    nodes.read_until(name);
    nodes.wait_for_listening(round + 1);
    nodes.write("Notified " + std::to_string(round));
    nodes.read_until("Notified " + std::to_string(round));
  }
}

TEST_CASE("a node that is silently cut off serves its cache until the lease expires") {
  ListeningNodes nodes;
  nodes.wait_for_lease();
  nodes.read_until("Guest 1");
  REQUIRE(nodes.read(2) == "Guest 2");
  nodes.cut_silently();
  nodes.write("Unnotified");
  nodes.read_until("Unnotified");
  nodes.wait_for_feed(false);
  check_current_without_lease(nodes);
  nodes.change_by_hand(2, "Missed");

  nodes.heal();
  nodes.wait_for_lease();
  CHECK(nodes.read(2) == "Missed");
  nodes.write("Notified again");
  nodes.read_until("Notified again");
}

TEST_CASE(
    "a node that loses its listening connection is right at once, and invalidates everything") {
  ListeningNodes nodes;
  nodes.wait_for_lease();
  nodes.read_until("Guest 1");
  REQUIRE(nodes.read(2) == "Guest 2");
  nodes.end_listening();
  nodes.change_by_hand(2, "Missed");
  check_current_without_lease(nodes);

  nodes.heal();
  nodes.wait_for_lease();
  CHECK(nodes.read(2) == "Missed");
  nodes.write("Notified again");
  nodes.read_until("Notified again");
}

TEST_CASE("a node without notifications or database marks its answers stale, until both recover") {
  ListeningNodes nodes;
  nodes.end_listening();
  nodes.write("Known");
  REQUIRE(nodes.read() == "Known");
  nodes.proxy().swallow();
  nodes.write("Unknown");
  for (int i = 0; i < 3; ++i) {
    const auto stale = nodes.at_b().get("/users/1");
    REQUIRE(stale.status == 200);
    CHECK(marked_stale(stale));
    CHECK(stale.json().at("name") == "Known");
  }
  const auto wants_new = nodes.at_b().get("/users/1", {{"Cache-Control", "no-cache"}});
  CHECK((wants_new.status == 503 || wants_new.status == 504));
  nodes.heal();
  CHECK(nodes.read() == "Unknown");
}

}  // namespace rollcall::tests
