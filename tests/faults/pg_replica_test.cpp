// A standby serves pages while it can be reached, and nothing else.
#include "tests/support/catch.hpp"
#include "tests/support/daemon/loops.hpp"
#include "tests/support/daemon/users.hpp"
#include "tests/support/postgres/service.hpp"
#include "tests/support/waiting.hpp"

namespace rollcall::tests {

namespace {

/// A primary with a standby that can be made to lag, and a daemon that reads pages from the
/// standby.
class Replicated {
 public:
  Replicated() {
    standby_ = PgCluster::standby_of(primary_);
    daemon_ = std::make_unique<DaemonProcess>(
        pg_node(database_.url(), 1, {"database.read_urls=" + standby_->url(database_.name())}));
    wait_for_every_part(daemon_->admin_port());
    create_sample_users(daemon_->port(), 5);
    wait_for_replica();
  }

  PgCluster& primary() { return primary_; }
  PgCluster& standby() { return *standby_; }
  const PgDatabase& database() const { return database_; }
  const DaemonProcess& daemon() const { return *daemon_; }
  HttpClient connect() const { return HttpClient(daemon_->port()); }
  /// The names of the daemon's connections to the standby, sorted, without duplicates.
  std::string applications_on_standby() const {
    return on_standby(
        "SELECT coalesce(string_agg(DISTINCT application_name, ','), '') FROM pg_stat_activity "
        "WHERE application_name LIKE 'rollcall%'");
  }

  /// Stops replay on the standby: it shows what the primary has now, and nothing newer.
  void stop_the_replay() const {
    const auto now = PgClient(primary_.url()).text("SELECT pg_current_wal_lsn()");
    wait_until("the standby does not catch up", [&] {
      return on_standby("SELECT pg_last_wal_replay_lsn() >= '" + now + "'") == "t";
    });
    on_standby("SELECT pg_wal_replay_pause()::text");
    wait_until("the standby does not pause",
               [&] { return on_standby("SELECT pg_get_wal_replay_pause_state()") == "paused"; });
  }
  void go_on_with_the_replay() const { on_standby("SELECT pg_wal_replay_resume()::text"); }

  /// Whether the last line about the replica says that it is connected. The number of lines before
  /// is not known: a standby whose schema lags when the daemon starts is refused at first.
  bool has_its_replica() const {
    const auto log = daemon_->log();
    const auto last = [&](const std::string& state) {
      return log.rfind("store-pages: " + state + " the replica");
    };
    const auto ready = last("ready on");
    const auto missed = last("no connection to");
    return ready != std::string::npos && (missed == std::string::npos || missed < ready);
  }
  void wait_for_replica() const {
    wait_until("the replica is never ready", [&] { return has_its_replica(); });
  }
  void wait_for_no_replica() const {
    wait_until("the replica is not missed", [&] { return !has_its_replica(); });
  }

 private:
  std::string on_standby(const std::string& sql) const {
    return PgClient(standby_->url()).text(sql);
  }

  PgCluster primary_;
  PgDatabase database_{primary_};
  std::unique_ptr<PgCluster> standby_;
  std::unique_ptr<DaemonProcess> daemon_;
};

/// The names on the first page, with commas.
std::string names_on_page(HttpClient& client) {
  const auto page = client.get("/users?limit=500");
  INFO(page.body);
  REQUIRE(page.status == 200);
  std::string names;
  const auto document = page.json();
  for (const auto& user : document.at("users")) {
    names += (names.empty() ? "" : ",") + user.at("name").get<std::string>();
  }
  return names;
}

constexpr const char* five = "Guest 1,Guest 2,Guest 3,Guest 4,Guest 5";

}  // namespace

TEST_CASE("pages are read from the standby, everything else from the primary") {
  Replicated world;
  auto client = world.connect();
  world.stop_the_replay();
  const auto ada = create_user(client, "Ada");
  REQUIRE(client.write("PATCH", "/users/1", R"({"name":"Renamed"})").status == 200);
  REQUIRE(client.write("DELETE", "/users/2", "").status == 204);
  for (int i = 0; i < 10; ++i) {
    CHECK(names_on_page(client) == five);
    CHECK(client.get("/users/" + std::to_string(ada)).json().at("name") == "Ada");
    CHECK(client.get("/users/1").json().at("name") == "Renamed");
    CHECK(client.get("/users/2").status == 404);
    const auto fresh = client.get("/users/1", {{"Cache-Control", "no-cache"}});
    CHECK(fresh.json().at("name") == "Renamed");
  }
  CHECK(world.applications_on_standby() == "rollcall pages");
  world.go_on_with_the_replay();
  wait_until("the standby never shows what was written",
             [&] { return names_on_page(client) == "Renamed,Guest 3,Guest 4,Guest 5,Ada"; });
}

TEST_CASE("no row of a standby is cached: what a page showed is looked up at the primary") {
  Replicated world;
  auto client = world.connect();
  world.stop_the_replay();
  // By another program, so that no node has cached the new names.
  world.database().client().execute("UPDATE users SET name = 'New ' || id, version = 2");
  for (int i = 0; i < 3; ++i) {
    REQUIRE(names_on_page(client) == five);
    for (int id = 1; id <= 5; ++id) {
      const auto answer = client.get("/users/" + std::to_string(id));
      CHECK(answer.json().at("name") == "New " + std::to_string(id));
      CHECK(answer.header("ETag") == "\"2\"");
    }
  }
}

TEST_CASE("without its standby the primary serves the pages, and the standby when it is back") {
  Replicated world;
  auto client = world.connect();
  const std::string way = GENERATE(std::string("stop"), std::string("kill -9"));
  INFO(way);
  if (way == "stop") world.standby().stop();
  if (way == "kill -9") world.standby().kill();
  create_user(client, "Ada");
  CHECK(names_on_page(client) == std::string(five) + ",Ada");
  CHECK(ask_once(world.daemon().admin_port(), {.target = "/ready"}).status == 200);
  wait_for_every_part(world.daemon().admin_port());
  world.wait_for_no_replica();
  CHECK(names_on_page(client) == std::string(five) + ",Ada");

  world.standby().start();
  world.wait_for_replica();
  world.stop_the_replay();
  create_user(client, "Bob");
  CHECK(names_on_page(client) == std::string(five) + ",Ada");
}

TEST_CASE("a standby that stops answering delays a page, and fails none") {
  Replicated world;
  auto client = world.connect();
  create_user(client, "Ada");
  world.standby().freeze();
  wait_until("the standby is not given up", [&] {
    CHECK(names_on_page(client) == std::string(five) + ",Ada");
    return !world.has_its_replica();
  });
  CHECK(ask_once(world.daemon().admin_port(), {.target = "/ready"}).status == 200);
  CHECK(names_on_page(client) == std::string(five) + ",Ada");
  world.standby().thaw();
  world.wait_for_replica();
  CHECK(names_on_page(client) == std::string(five) + ",Ada");
}

TEST_CASE("without the primary a standby still serves pages; nothing else is read from it") {
  Replicated world;
  auto client = world.connect();
  const auto cached = client.get("/users/1");
  REQUIRE(cached.status == 200);
  REQUIRE(names_on_page(client) == five);
  world.primary().stop();
  wait_for_ready(world.daemon().admin_port(), 503);
  CHECK(names_on_page(client) == five);
  CHECK(wait_for_stale(client, "/users/1").body == cached.body);
  check_problem(client.get("/users/2"), 503, "storage-unavailable", "/users/2");
  check_problem(client.write("POST", "/users", R"({"name":"Ada"})"), 503, "storage-unavailable",
                "/users");
  CHECK(names_on_page(client) == five);
  CHECK(part_ready(world.daemon().admin_port(), "page_store"));
  CHECK_FALSE(part_ready(world.daemon().admin_port(), "lookup_store-0"));
  world.primary().start();
  wait_for_every_part(world.daemon().admin_port());
  wait_for_service(client, "/users/1");
}

TEST_CASE("a standby that lags behind the schema is not used until it has it") {
  PgCluster primary;
  const auto standby = PgCluster::standby_of(primary);
  PgClient(standby->url()).execute("SELECT pg_wal_replay_pause()");
  const PgDatabase database(primary);
  DaemonProcess daemon(
      pg_node(database.url(), 1, {"database.read_urls=" + standby->url(database.name())}));
  wait_for_every_part(daemon.admin_port());
  HttpClient client(daemon.port());
  create_user(client, "Ada");
  CHECK(names_on_page(client) == "Ada");
  wait_until("the standby is not refused",
             [&] { return lines_with(daemon.log(), "no connection to the replica") >= 1; });
  PgClient(standby->url()).execute("SELECT pg_wal_replay_resume()");
  wait_until("the standby is never ready",
             [&] { return lines_with(daemon.log(), "ready on the replica") >= 1; });
  CHECK(names_on_page(client) == "Ada");
}

}  // namespace rollcall::tests
