// The name of the server moves to another server (blue/green); the old one still serves reads.
#include "tests/support/catch.hpp"
#include "tests/support/daemon/loops.hpp"
#include "tests/support/daemon/users.hpp"
#include "tests/support/postgres/service.hpp"
#include "tests/support/waiting.hpp"

namespace rollcall::tests {

namespace {

std::string url_at(std::uint16_t port) {
  return "postgres://postgres@127.0.0.1:" + std::to_string(port) + "/postgres";
}

/// A node on the server `blue`, whose name can be moved to `green`. On `green` user 2 is deleted
/// and user 3 changed.
class BlueGreen {
 public:
  explicit BlueGreen(int loops) {
    {
      DaemonProcess first(pg_node(green_.url()));
      wait_for_every_part(first.admin_port());
      create_sample_users(first.port(), 3);
      HttpClient client(first.port());
      REQUIRE(client.write("DELETE", "/users/2", "").status == 204);
      REQUIRE(client.write("PATCH", "/users/3", R"({"name":"Green"})").status == 200);
    }
    node_.emplace(pg_node(url_at(proxy_.port()), loops));
    wait_for_every_part(node_->admin_port());
    create_sample_users(node_->port(), 3);
  }
  DaemonProcess& node() { return *node_; }
  void move_the_name() {
    blue_.set("default_transaction_read_only", "on");
    proxy_.redirect(green_.port());
  }
  void cut(const std::string& application) { proxy_.cut(application); }
  void wait_for_line(const std::string& text, int times) const {
    wait_until("the log lacks " + text, [&] { return lines_with(node_->log(), text) >= times; });
  }

 private:
  PgCluster blue_;
  PgCluster green_{PgCluster::OfItsOwn{}};
  TcpProxy proxy_{blue_.port()};
  std::optional<DaemonProcess> node_;
};

}  // namespace

TEST_CASE("a node whose writes have moved to another server reads there too, and nothing else") {
  const int loops = GENERATE(1, 3);
  BlueGreen world(loops);
  auto clients = connections_on_every_loop(world.node(), loops);
  for (auto& client : clients) {
    REQUIRE(client->get("/users/2").status == 200);
    REQUIRE(client->get("/users/3").json().at("name") == "Guest 3");
  }
  world.move_the_name();
  world.cut("rollcall write");
  world.wait_for_line("store-write: ready on", 2);

  const auto id = create_user(*clients.front(), "On green");
  for (auto& client : clients) {
    CHECK(client->get("/users/" + std::to_string(id)).status == 200);
    CHECK(client->get("/users/2").status == 404);
    CHECK(client->get("/users/3").json().at("name") == "Green");
    CHECK(client->get("/users?limit=10").json().at("users").size() == 3);
  }
  wait_for_every_part(world.node().admin_port());
}

TEST_CASE("lookups that have moved to another server make the writes move too") {
  BlueGreen world(1);
  HttpClient client(world.node().port());
  REQUIRE(client.get("/users/2").status == 200);
  world.move_the_name();
  world.cut("rollcall lookup");
  world.wait_for_line("store-write: ready on", 2);
  CHECK(client.get("/users/2").status == 404);
  const auto id = create_user(client, "On green");
  CHECK(client.get("/users/" + std::to_string(id)).status == 200);
}

}  // namespace rollcall::tests
