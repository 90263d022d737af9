// PostgreSQL refuses the daemon: the daemon retries slowly, and recovers by itself.
#include "tests/faults/refusals.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/daemon/loops.hpp"
#include "tests/support/daemon/users.hpp"
#include "tests/support/postgres/service.hpp"
#include "tests/support/waiting.hpp"

namespace rollcall::tests {

namespace {

using Kind = db::PgError::Kind;

constexpr const char* password = "open-sesame-7";
const std::vector<std::string> all_parts{"lookup_store-0", "page_store", "write_store",
                                         "invalidation_feed"};

/// A cluster to which the daemon connects with its own role and password, over a proxy that can be
/// cut.
class RestrictedDatabase {
 public:
  explicit RestrictedDatabase(std::vector<std::string> settings = {})
      : cluster_(std::move(settings)) {
    execute(std::string("CREATE ROLE rollcall LOGIN PASSWORD '") + password + "'");
    execute("ALTER DATABASE " + database_.name() + " OWNER TO rollcall");
    accept_logins("host");
    wait_until("no password is asked for", [&] { return refuses("wrong"); });
  }

  PgCluster& cluster() { return cluster_; }
  const PgDatabase& database() const { return database_; }
  TcpProxy& proxy() { return proxy_; }
  void execute(const std::string& sql) const { PgClient(cluster_.url()).execute(sql); }
  void accept_logins(const std::string& kind_of_connection) {
    cluster_.let_in({"host all postgres 127.0.0.1/32 trust",
                     kind_of_connection + " all rollcall 127.0.0.1/32 scram-sha-256"});
  }
  void refuse_logins() {
    cluster_.let_in({"host all postgres 127.0.0.1/32 trust"});
    wait_until("logins are still accepted", [&] { return refuses(password); });
  }
  bool refuses(const std::string& with) const {
    try {
      const PgClient client("postgres://rollcall:" + with + "@127.0.0.1:" +
                            std::to_string(cluster_.port()) + "/" + database_.name());
      return false;
    } catch (const std::runtime_error&) {
      return true;
    }
  }

  DaemonOptions node(const std::string& parameters) const {
    const std::string url = std::string("postgres://rollcall:") + password +
                            "@127.0.0.1:" + std::to_string(proxy_.port()) + "/" + database_.name() +
                            parameters;
    // Long enough to connect on a slow machine: a timeout would not count as a refusal.
    return pg_node(url, 1,
                   {"database.reconnect_min_ms=5", "database.reconnect_max_ms=20",
                    "database.connect_timeout_ms=30000"});
  }

 private:
  PgCluster cluster_;
  PgDatabase database_{cluster_};
  TcpProxy proxy_{cluster_.port()};
};

/// A reason why PostgreSQL refuses a daemon, how to cause it, and how to end it.
struct Trouble {
  std::string name;
  Kind kind;
  std::function<void(RestrictedDatabase&)> cause;
  std::function<void(RestrictedDatabase&)> cure;
  bool tls = false;  // the daemon insists on encryption
};

Trouble by_sql(std::string name, Kind kind, const std::string& cause, const std::string& cure) {
  const auto run = [](std::string sql) {
    return [sql](RestrictedDatabase& server) {
      auto text = sql;
      if (const auto at = text.find('@'); at != std::string::npos) {
        text.replace(at, 1, server.database().name());
      }
      server.execute(text);
    };
  };
  return {std::move(name), kind, run(cause), run(cure)};
}

std::vector<Trouble> troubles() {
  return {
      by_sql("the role's connections are used up", Kind::crowded,
             "ALTER ROLE rollcall CONNECTION LIMIT 0", "ALTER ROLE rollcall CONNECTION LIMIT -1"),
      by_sql("the database's connections are used up", Kind::crowded,
             "ALTER DATABASE @ CONNECTION LIMIT 0", "ALTER DATABASE @ CONNECTION LIMIT -1"),
      by_sql("the password was changed", Kind::login, "ALTER ROLE rollcall PASSWORD 'another'",
             std::string("ALTER ROLE rollcall PASSWORD '") + password + "'"),
      by_sql("the role may not log in", Kind::login, "ALTER ROLE rollcall NOLOGIN",
             "ALTER ROLE rollcall LOGIN"),
      {"pg_hba.conf lets nobody in", Kind::login,
       [](RestrictedDatabase& server) { server.refuse_logins(); },
       [](RestrictedDatabase& server) { server.accept_logins("host"); }},
      {"the server wants TLS", Kind::login,
       [](RestrictedDatabase& server) {
         server.accept_logins("hostssl");
         wait_until("TLS is not wanted", [&] { return server.refuses(password); });
       },
       [](RestrictedDatabase& server) { server.cluster().offer_tls(true); }},
      {"the daemon wants TLS", Kind::login,
       [](RestrictedDatabase& server) { server.cluster().offer_tls(false); },
       [](RestrictedDatabase& server) { server.cluster().offer_tls(true); }, true},
      {"there is no such database", Kind::no_database,
       [](RestrictedDatabase& server) {
         server.execute("ALTER DATABASE " + server.database().name() + " ALLOW_CONNECTIONS false");
         server.cluster().terminate(server.database().name());
         server.execute("ALTER DATABASE " + server.database().name() + " RENAME TO elsewhere");
       },
       [](RestrictedDatabase& server) {
         server.execute("ALTER DATABASE elsewhere ALLOW_CONNECTIONS true");
         server.execute("ALTER DATABASE elsewhere RENAME TO " + server.database().name());
       }},
      by_sql("the database is closed", Kind::no_database,
             "ALTER DATABASE @ ALLOW_CONNECTIONS false", "ALTER DATABASE @ ALLOW_CONNECTIONS true"),
      {"the server is a standby", Kind::read_only,
       [](RestrictedDatabase& server) { server.cluster().restart_in_recovery(); },
       [](RestrictedDatabase& server) { server.execute("SELECT pg_promote()"); }},
  };
}

/// Fails the test unless the daemon, during many attempts to connect, is alive, is not ready,
/// reports why, and refuses every request.
void check_refused(RestrictedDatabase& server, const DaemonProcess& daemon, Kind kind) {
  HttpClient client(daemon.port());
  HttpClient admin(daemon.admin_port());
  for (const auto& part : all_parts) {
    wait_until(part + " never says why: " + part_detail(daemon.admin_port(), part),
               [&] { return part_detail(daemon.admin_port(), part) == summary_of(kind); });
  }
  const int before = server.proxy().accepted();
  wait_until("the daemon no longer tries", [&] {
    CHECK(admin.get("/live").status == 200);
    const auto ready = admin.get("/ready");
    CHECK(ready.status == 503);
    CHECK(ready.json().at("detail").get<std::string>().find(summary_of(kind)) != std::string::npos);
    check_refused(client.get("/users/2"), "/users/2");
    check_refused(client.get("/users?limit=3"), "/users");
    check_refused(client.write("POST", "/users", R"({"name":"Ada"})"), "/users");
    return server.proxy().accepted() > before + 50;
  });
}

/// Fails the test unless each part has logged the refusal, and not each attempt. To be called
/// before the cure: during it an attempt may fail for another reason, and the next one be refused
/// again.
void check_refusal_lines(const DaemonProcess& daemon, Kind kind) {
  const auto log = daemon.log();
  INFO(log);
  // The invalidation feed has two connections: while it is refused it may lose the other one, and
  // then be refused again.
  const int refused = lines_with(log, "trying again: " + summary_of(kind));
  CHECK(refused >= 4);
  CHECK(refused <= 5);
  CHECK(lines_with(log, "no connection to") <= 10);  // the lost connections too
  CHECK(log.find(password) == std::string::npos);
}

/// Waits until the log says this many times that a part is ready; fails the test where it says so
/// more often.
void check_ready_lines(const DaemonProcess& daemon, int count) {
  wait_until("not every part says that it is ready",
             [&] { return lines_with(daemon.log(), "ready on") >= count; });
  const auto log = daemon.log();
  INFO(log);
  CHECK(lines_with(log, "ready on") == count);
  CHECK(log.find(password) == std::string::npos);
}

}  // namespace

TEST_CASE("a running daemon that PostgreSQL refuses reports why, once, and recovers by itself") {
  const auto trouble = GENERATE(from_range(troubles()));
  INFO(trouble.name);
  RestrictedDatabase server;
  if (trouble.tls) server.cluster().offer_tls(true);
  const auto options = server.node(trouble.tls ? "?sslmode=require" : "");
  {
    // By another daemon: the notification of a write may arrive when its user is cached already.
    DaemonProcess before(options);
    create_sample_users(before.port(), 3);
  }
  DaemonProcess daemon(options);
  wait_for_every_part(daemon.admin_port());
  HttpClient client(daemon.port());
  const auto cached = client.get("/users/1");
  REQUIRE(cached.status == 200);

  trouble.cause(server);
  // A server that was restarted has ended them all.
  if (trouble.kind != Kind::read_only) server.cluster().terminate(server.database().name());
  check_refused(server, daemon, trouble.kind);
  CHECK(wait_for_stale(client, "/users/1").body == cached.body);
  check_refusal_lines(daemon, trouble.kind);
  check_ready_lines(daemon, 4);

  trouble.cure(server);
  wait_for_every_part(daemon.admin_port());
  CHECK(client.get("/users/2").json().at("name") == "Guest 2");
  wait_for_service(client, "/users/1");
  check_ready_lines(daemon, 8);
}

TEST_CASE("a daemon that PostgreSQL refuses at its start waits, reports why, and serves later") {
  const auto trouble = GENERATE(from_range(troubles()));
  INFO(trouble.name);
  RestrictedDatabase server;
  trouble.cause(server);
  DaemonProcess daemon(server.node(trouble.tls ? "?sslmode=require" : ""));
  check_refused(server, daemon, trouble.kind);
  check_refusal_lines(daemon, trouble.kind);
  trouble.cure(server);
  wait_for_every_part(daemon.admin_port());
  HttpClient client(daemon.port());
  CHECK(create_user(client, "Ada") == 1);
  CHECK(client.get("/users?limit=3").json().at("users").size() == 1);
}

TEST_CASE("a server without a free connection is a state that ends when others disconnect") {
  RestrictedDatabase server({"max_connections=12", "superuser_reserved_connections=4"});
  std::vector<std::unique_ptr<PgClient>> clients;
  const std::string url = std::string("postgres://rollcall:") + password +
                          "@127.0.0.1:" + std::to_string(server.cluster().port()) + "/" +
                          server.database().name();
  wait_until("it is never full", [&] {
    try {
      clients.push_back(std::make_unique<PgClient>(url));
      return false;
    } catch (const std::runtime_error&) {
      return true;
    }
  });
  DaemonProcess daemon(server.node(""));
  check_refused(server, daemon, Kind::crowded);
  check_refusal_lines(daemon, Kind::crowded);
  clients.clear();
  wait_for_every_part(daemon.admin_port());
  HttpClient client(daemon.port());
  CHECK(create_user(client, "Ada") == 1);
}

TEST_CASE("a read-only server is read from, and written to once it accepts writes again") {
  RestrictedDatabase server;
  DaemonProcess daemon(server.node(""));
  wait_for_every_part(daemon.admin_port());
  create_sample_users(daemon.port(), 3);
  HttpClient client(daemon.port());

  server.cluster().set("default_transaction_read_only", "on");
  wait_until("it is written to", [&] {
    return client.write("PATCH", "/users/1", R"({"name":"Never"})").status == 503;
  });
  const int before = server.proxy().accepted();
  wait_until("the daemon no longer tries", [&] {
    check_refused(client.write("PATCH", "/users/1", R"({"name":"Never"})"), "/users/1");
    CHECK(client.get("/users/2", {{"Cache-Control", "no-cache"}}).status == 200);
    CHECK(client.get("/users?limit=3").status == 200);
    return server.proxy().accepted() > before + 20;
  });
  wait_until("the writer does not say why", [&] {
    return part_detail(daemon.admin_port(), "write_store") == summary_of(Kind::read_only);
  });
  CHECK(part_ready(daemon.admin_port(), "page_store"));
  CHECK(lines_with(daemon.log(), "no connection to") == 1);

  server.cluster().set("default_transaction_read_only", "off");
  wait_for_every_part(daemon.admin_port());
  wait_for_service(client, "/users/1");
  wait_until("the writer does not say that it is ready",
             [&] { return lines_with(daemon.log(), "ready on") == 5; });
}

}  // namespace rollcall::tests
