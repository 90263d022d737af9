// Each actor crashes, by an exception and by an exit, while clients read and write.
#include "tests/support/catch.hpp"
#include "tests/support/daemon/daemon_inside.hpp"
#include "tests/support/daemon/loops.hpp"
#include "tests/support/daemon/users.hpp"
#include "tests/support/http/load.hpp"
#include "tests/support/waiting.hpp"

namespace rollcall::tests {

namespace {

using Way = actors::TestCrash::Way;

/// Fails the test where an answer is neither a success nor 503: a crash must cause nothing else.
void check_only_rejections(const LoadReport& report) {
  for (const auto& [status, count] : report.answers) {
    INFO(count << " answers with " << status);
    const bool expected = status == 200 || status == 201 || status == 503;
    CHECK(expected);
  }
}

}  // namespace

TEST_CASE(
    "any actor may crash under load: one answer each, acknowledged writes stay, it recovers") {
  const int loops = GENERATE(1, 3);
  for (const std::string& name : names_of_actors(loops)) {
    INFO("crashed: " << name << ", with loops: " << loops);
    DaemonInside daemon(loops);
    Load load(daemon->port(), {.readers = 3 * loops, .writers = 3 * loops});
    for (const auto way : {Way::exception, Way::exit}) {
      load.wait_for_writes(20);
      daemon.crash_and_wait(name, way);
    }
    load.wait_for_writes(40);
    const auto report = load.finish();
    check_all_well(report);
    check_only_rejections(report);
    daemon.wait_until_healed();
    auto client = daemon.connect();
    check_kept(client, report.users);
    CHECK(daemon.restarts(name) >= 2);
  }
}

TEST_CASE("the store that reads crashes under load: 200s and 503s only, then 200s") {
  const int loops = GENERATE(1, 3);
  const auto way = any_way_to_crash();
  DaemonInside daemon(loops);
  const auto clients = connections_on_every_loop(daemon->port(), daemon->admin_port(), loops);
  Load load(daemon->port(), {.readers = 16, .writers = 0});
  load.wait_for_successes(200);
  daemon.crash_and_wait("store-read", way);
  load.wait_for_successes(200);
  const auto report = load.finish();
  check_all_well(report);
  check_only_rejections(report);
  daemon.wait_until_healed();
  for (const auto& client : clients) CHECK(client->get("/users/2").status == 200);
}

TEST_CASE("while a store waits for its restart its requests fail at once, others are served") {
  const int loops = GENERATE(1, 3);
  const auto way = any_way_to_crash();
  INFO(shown(way));
  DaemonInside daemon(loops, 1'000);
  auto client = daemon.connect();
  REQUIRE(client.get("/users/1").status == 200);  // cached from now on
  // The restart delay is random and may be 0: crashes the store until a write comes before its
  // restart.
  Response write;
  wait_until("no write meets a store that waits", [&] {
    const int before = daemon.restarts("store-write");
    REQUIRE(daemon.crash("store-write", way));
    wait_until("the store does not end", [&] { return daemon.restarts("store-write") > before; });
    write = client.write("PATCH", "/users/2", R"({"name":"Ada"})");
    CHECK(client.get("/users/2").status == 200);
    CHECK(client.get("/").status == 200);
    return write.status != 200;
  });
  check_problem(write, 503, "storage-unavailable", "/users/2");
  daemon.wait_until_healed();
}

}  // namespace rollcall::tests
