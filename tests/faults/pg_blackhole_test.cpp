// A database that accepts connections and answers nothing: no request waits past its deadline.
#include <algorithm>

#include "tests/support/catch.hpp"
#include "tests/support/daemon/loops.hpp"
#include "tests/support/daemon/users.hpp"
#include "tests/support/postgres/service.hpp"

namespace rollcall::tests {

namespace {

/// A node whose database can fall silent in two ways.
class SilentDatabase {
 public:
  SilentDatabase() : daemon_(pg_node(url_through(proxy_, database_), 3)) {
    wait_for_every_part(daemon_.admin_port());
    create_sample_users(daemon_.port(), 50);
  }

  const DaemonProcess& daemon() const { return daemon_; }
  std::string name_of(int id) const {
    return database_.client().text("SELECT name FROM users WHERE id = " + std::to_string(id));
  }
  void fall_silent(const std::string& what) {
    if (what == "the network") proxy_.swallow();
    if (what == "the server") cluster_.freeze();
  }
  void speak_again(const std::string& what) {
    if (what == "the network") proxy_.heal();
    if (what == "the server") cluster_.thaw();
  }

 private:
  PgCluster cluster_;
  PgDatabase database_{cluster_};
  TcpProxy proxy_{cluster_.port()};
  DaemonProcess daemon_;
};

/// Sends many requests of each kind at once. Returns the ids of the users whose write may have been
/// applied.
std::vector<int> ask_all(std::uint16_t port) {
  struct Asked {
    HttpClient client;
    int id;
    bool write;
  };
  std::vector<Asked> requests;
  for (int id = 11; id <= 40; ++id) {
    const bool write = id % 3 == 0;
    requests.push_back({HttpClient(port), id, write});
    Request request{.target = "/users/" + std::to_string(id)};
    if (id % 3 == 1) request.target = "/users?limit=5";
    if (write) {
      request.method = "PATCH";
      request.headers = {{"Content-Type", "application/json"}};
      request.body = R"({"name":"Into the void"})";
    }
    requests.back().client.send(request.bytes());
  }
  std::vector<int> unknown;
  for (auto& asked : requests) {
    const auto answer = asked.client.read();
    INFO(answer.status << " " << answer.body);
    CHECK((answer.status == 503 || answer.status == 504));
    const auto slug = slug_of(answer);
    const bool maybe = slug == "outcome-unknown";
    CHECK((slug == "storage-unavailable" || slug == "deadline-exceeded" || maybe));
    CHECK((asked.write || !maybe));
    if (maybe) unknown.push_back(asked.id);
  }
  return unknown;
}

}  // namespace

TEST_CASE("a database accepts and never answers: every request is answered, then service resumes") {
  const std::string what = GENERATE(std::string("the network"), std::string("the server"));
  INFO("silent: " << what);
  SilentDatabase silent;
  const auto admin = silent.daemon().admin_port();
  HttpClient client(silent.daemon().port());
  REQUIRE(client.get("/users/1").json().at("name") == "Guest 1");

  silent.fall_silent(what);
  std::vector<int> unknown = ask_all(silent.daemon().port());
  const auto stale = wait_for_stale(client, "/users/1");
  CHECK(stale.json().at("name") == "Guest 1");
  const auto wants_new = client.get("/users/1", {{"Cache-Control", "no-cache"}});
  CHECK((wants_new.status == 503 || wants_new.status == 504));
  const auto later = ask_all(silent.daemon().port());
  unknown.insert(unknown.end(), later.begin(), later.end());
  CHECK(ask_once(admin, {.target = "/live"}).status == 200);
  wait_for_ready(admin, 503);
  CHECK_FALSE(ask_once(admin, {.target = "/ready"}).json().at("detail").empty());

  silent.speak_again(what);
  wait_for_every_part(admin);
  for (int id = 1; id <= 40; ++id) {
    const auto answer = client.get("/users/" + std::to_string(id));
    REQUIRE(answer.status == 200);
    CHECK_FALSE(marked_stale(answer));
    CHECK(answer.json().at("name") == silent.name_of(id));
    if (std::count(unknown.begin(), unknown.end(), id) == 0) {
      CHECK(answer.json().at("name") == "Guest " + std::to_string(id));
    }
  }
  wait_for_service(client, "/users/1");
}

TEST_CASE("a daemon whose database is silent from the start is alive, and serves once it answers") {
  PgCluster cluster;
  const PgDatabase database(cluster);
  TcpProxy proxy(cluster.port());
  proxy.swallow();
  DaemonProcess daemon(pg_node(url_through(proxy, database)));
  CHECK(ask_once(daemon.admin_port(), {.target = "/live"}).status == 200);
  wait_for_ready(daemon.admin_port(), 503);
  HttpClient client(daemon.port());
  const auto refused = client.get("/users/1");
  CHECK((refused.status == 503 || refused.status == 504));
  proxy.heal();
  wait_for_every_part(daemon.admin_port());
  CHECK(create_user(client, "Ada") == 1);
}

}  // namespace rollcall::tests
