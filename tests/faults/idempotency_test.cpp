// A create with an Idempotency-Key is repeated after a crash, on another node, after a lost answer.
#include <csignal>

#include "tests/support/daemon/loops.hpp"
#include "tests/support/daemon/users.hpp"
#include "tests/support/http/repeating.hpp"
#include "tests/support/postgres/service.hpp"
#include "tests/support/waiting.hpp"

namespace rollcall::tests {

namespace {

const std::string ada = R"({"name":"Ada","email":"ada@example.org"})";

Request creating(const std::string& key) {
  return {"POST",
          "/users",
          {{"Content-Type", "application/json"}, {"Idempotency-Key", key}},
          R"({"name":"Late"})"};
}

/// Two nodes on one database, in which a commit that names a user "Late" waits until let_go().
class LateNodes {
 public:
  explicit LateNodes(std::vector<std::string> set = {})
      : a(pg_node(database.url(), 3, set)), b(pg_node(database.url(), 1, set)) {
    wait_for_every_part(a.admin_port());
    wait_for_every_part(b.admin_port());
    holder.execute(
        "CREATE FUNCTION wait_for_leave() RETURNS trigger LANGUAGE plpgsql SET lock_timeout = 0 "
        "AS $$BEGIN IF NEW.name = 'Late' THEN PERFORM pg_advisory_xact_lock(1); END IF; "
        "RETURN NULL; END$$;"
        "CREATE CONSTRAINT TRIGGER late AFTER INSERT ON users "
        "DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION wait_for_leave();"
        "SELECT pg_advisory_lock(1)");
  }

  void let_go() { holder.execute("SELECT pg_advisory_unlock(1)"); }
  void wait_for_late_commit() {
    wait_until("no commit is under way", [&] {
      return look.number(
                 "SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND "
                 "objid = 1 AND NOT granted") > 0;
    });
  }
  std::int64_t late_users() {
    return look.number("SELECT count(*) FROM users WHERE name = 'Late'");
  }

  PgCluster cluster;
  PgDatabase database{cluster};
  DaemonProcess a;
  DaemonProcess b;
  PgClient holder{database.url()};
  PgClient look{database.url()};
};

}  // namespace

TEST_CASE("a create that was answered before kill -9 is repeated after it, byte for byte") {
  const TempDir folder;
  const DaemonOptions options{.database = folder / "users.db", .loops = GENERATE(1, 3)};
  Response first;
  {
    DaemonProcess daemon(options);
    HttpClient client(daemon.port());
    first = create_with_key(client, "k", ada);
    REQUIRE(first.status == 201);
    daemon.kill();
  }
  DaemonProcess daemon(options);
  HttpClient client(daemon.port());
  const auto again = create_with_key(client, "k", ada);
  CHECK(is_replay(again));
  CHECK(kept_part(again) == kept_part(first));
  CHECK(client.get("/users").json().at("users").size() == 1);
}

TEST_CASE("a create whose answer kill -9 took is repeated, and there is one user") {
  const TempDir folder;
  const DaemonOptions options{.database = folder / "users.db", .loops = 3};
  for (int round = 0; round < 3; ++round) {
    const auto key = "k" + std::to_string(round);
    {
      DaemonProcess daemon(options);
      HttpClient client(daemon.port());
      client.send(creating(key).bytes());
      if (round > 0) client.wait_readable(std::chrono::milliseconds{round});
      daemon.kill();
    }
    DaemonProcess daemon(options);
    HttpClient client(daemon.port());
    CHECK(client.ask(creating(key)).status == 201);
    CHECK(client.get("/users").json().at("users").size() == static_cast<std::size_t>(round + 1));
  }
}

TEST_CASE("eight creates with one key at the same time on two nodes make one user") {
  LateNodes nodes({"http.request_timeout_ms=50000", "database.statement_timeout_ms=40000"});
  std::vector<std::uint16_t> ports;
  for (int i = 0; i < 4; ++i) ports.insert(ports.end(), {nodes.a.port(), nodes.b.port()});
  const auto answers = race(ports, creating("k"), [&] {
    nodes.wait_for_late_commit();
    nodes.let_go();
  });
  check_one_created(answers);
  CHECK(nodes.late_users() == 1);
}

TEST_CASE("a create whose key another node has for too long is refused, and can be repeated") {
  LateNodes nodes;
  HttpClient to_a(nodes.a.port());
  HttpClient to_b(nodes.b.port());
  to_a.send(creating("k").bytes());
  nodes.wait_for_late_commit();
  const auto refused = to_b.ask(creating("k"));
  check_problem(refused, 503, "user-locked", "/users");
  CHECK(refused.header("Retry-After"));
  CHECK(nodes.late_users() == 0);
  nodes.let_go();
  CHECK(to_a.read("POST").status == 503);  // the outcome was unknown when its time was up
  wait_until("the late commit does not come", [&] { return nodes.late_users() == 1; });
  const auto repeated = to_b.ask(creating("k"));
  CHECK(repeated.status == 201);
  CHECK(is_replay(repeated));
  CHECK(nodes.late_users() == 1);
}

TEST_CASE("a create whose connection is lost at COMMIT, and which is committed, is then repeated") {
  LateNodes nodes;
  HttpClient client(nodes.a.port());
  check_problem(client.ask(creating("k")), 503, "outcome-unknown", "/users");
  const auto early = client.ask(creating("k"));  // the commit is still under way
  CHECK(early.status == 503);
  CHECK(slug_of(early) != "outcome-unknown");
  nodes.let_go();
  wait_until("the late commit does not come", [&] { return nodes.late_users() == 1; });
  Response repeated;
  wait_until("writes are refused without end", [&] {
    repeated = client.ask(creating("k"));
    return repeated.status != 503;
  });
  CHECK(repeated.status == 201);
  CHECK(is_replay(repeated));
  const auto at_other = HttpClient(nodes.b.port()).ask(creating("k"));
  CHECK(kept_part(at_other) == kept_part(repeated));
  CHECK(nodes.late_users() == 1);
}

TEST_CASE("a create is repeated by another node after kill -9 of the one that answered it") {
  LateNodes nodes;
  HttpClient to_a(nodes.a.port());
  const auto first = create_with_key(to_a, "k", ada);
  REQUIRE(first.status == 201);
  nodes.a.kill();
  HttpClient to_b(nodes.b.port());
  const auto again = create_with_key(to_b, "k", ada);
  CHECK(is_replay(again));
  CHECK(kept_part(again) == kept_part(first));
}

}  // namespace rollcall::tests
