// A listener crashes: open connections continue, and new ones are accepted after the restart.
#include "tests/support/catch.hpp"
#include "tests/support/daemon/daemon_inside.hpp"
#include "tests/support/daemon/loops.hpp"

namespace rollcall::tests {

namespace {

std::vector<std::unique_ptr<HttpClient>> ten_connections(std::uint16_t port) {
  std::vector<std::unique_ptr<HttpClient>> clients;
  for (int i = 0; i < 10; ++i) {
    clients.push_back(std::make_unique<HttpClient>(port));
    REQUIRE(clients.back()->get("/users/1").status == 200);
  }
  return clients;
}

}  // namespace

TEST_CASE("connections outlive their listener, are used and closed, and new ones are accepted") {
  const int loops = GENERATE(1, 3);
  const auto way = any_way_to_crash();
  DaemonInside daemon(loops, 2 * loops);
  for (int round = 0; round < 2; ++round) {
    auto clients = ten_connections(daemon->port());
    for (int i = 0; i < loops; ++i) {
      daemon.crash_and_wait("listener-" + std::to_string(i), way);
    }
    for (auto& client : clients) CHECK(client->get("/users/2").status == 200);
    for (auto& client : clients) {
      CHECK(client->write("PATCH", "/users/3", R"({"name":"Ada"})").status == 200);
    }
    auto others = connections_on_every_loop(daemon->port(), daemon->admin_port(), loops);
    for (auto& client : others) CHECK(client->get("/users/3").json().at("name") == "Ada");
    clients.clear();
    for (auto& client : others) CHECK(client->get("/users/4").status == 200);
  }
  daemon.wait_until_healed();
}

TEST_CASE("a request in flight when its listener crashes is answered") {
  const int loops = GENERATE(1, 3);
  const auto way = any_way_to_crash();
  DaemonInside daemon(loops);
  auto clients = ten_connections(daemon->port());
  const auto request = Request{.target = "/users/5"}.bytes();
  for (auto& client : clients) client->send(request.substr(0, 20));
  for (int i = 0; i < loops; ++i) {
    REQUIRE(daemon.crash("listener-" + std::to_string(i), way));
  }
  for (auto& client : clients) client->send(request.substr(20));
  for (auto& client : clients) CHECK(client->read().json().at("id") == 5);
  daemon.wait_until_healed();
}

TEST_CASE("the daemon stops in order while a listener waits for its restart") {
  const int loops = GENERATE(1, 3);
  const auto way = any_way_to_crash();
  DaemonInside daemon(loops);
  auto clients = ten_connections(daemon->port());
  for (int i = 0; i < loops; ++i) {
    REQUIRE(daemon.crash("listener-" + std::to_string(i), way));
  }
  daemon->stop();
  for (auto& client : clients) CHECK(client->closed_by_peer());
}

}  // namespace rollcall::tests
