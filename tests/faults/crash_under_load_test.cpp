// Each actor killed, as an exception would, while clients read and write.
#include "tests/support/catch.hpp"
#include "tests/support/daemon_inside.hpp"
#include "tests/support/load.hpp"
#include "tests/support/loops.hpp"

namespace rollcall::tests {

namespace {

/// What a client may see of a crash: refusals, and of these only 503.
void check_only_refusals(const LoadReport& report) {
  for (const auto& [status, count] : report.answers) {
    INFO(count << " answers with " << status);
    const bool expected = status == 200 || status == 201 || status == 503;
    CHECK(expected);
  }
}

}  // namespace

TEST_CASE("any actor may crash under load: one answer each, acknowledged writes stay, it heals") {
  const int loops = GENERATE(1, 3);
  for (const std::string& name : names_of_actors(loops)) {
    INFO("killed: " << name << ", with loops: " << loops);
    DaemonInside daemon(loops);
    Load load(daemon->port(), {.readers = 3 * loops, .writers = 3 * loops});
    load.wait_for_writes(20);
    daemon.kill_and_wait(name);
    load.wait_for_writes(20);
    daemon.kill_and_wait(name);
    load.wait_for_writes(40);
    const auto report = load.finish();
    check_all_well(report);
    check_only_refusals(report);
    daemon.wait_until_healed();
    auto client = daemon.connect();
    check_kept(client, report.users);
    CHECK(daemon.restarts(name) >= 2);
  }
}

TEST_CASE("the store that reads is killed under load: 200s and 503s only, then 200s") {
  const int loops = GENERATE(1, 3);
  DaemonInside daemon(loops);
  const auto clients = connections_on_every_loop(daemon->port(), daemon->admin_port(), loops);
  Load load(daemon->port(), {.readers = 16, .writers = 0});
  load.wait_for_successes(200);
  daemon.kill_and_wait("store-read");
  load.wait_for_successes(200);
  const auto report = load.finish();
  check_all_well(report);
  check_only_refusals(report);
  daemon.wait_until_healed();
  for (const auto& client : clients) CHECK(client->get("/users/2").status == 200);
}

TEST_CASE("while a store waits for its restart it is refused at once, and the rest goes on") {
  const int loops = GENERATE(1, 3);
  DaemonInside daemon(loops);
  auto client = daemon.connect();
  REQUIRE(client.get("/users/1").status == 200);  // cached from now on
  REQUIRE(daemon->kill("store-write"));
  const auto write = client.write("PATCH", "/users/2", R"({"name":"Ada"})");
  CHECK((write.status == 200 || write.status == 503));
  if (write.status == 503) CHECK(write.json().at("status") == 503);
  CHECK(client.get("/users/2").status == 200);
  CHECK(client.get("/").status == 200);
  daemon.wait_until_healed();
}

}  // namespace rollcall::tests
