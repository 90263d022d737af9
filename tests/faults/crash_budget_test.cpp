// Crashes beyond the restart budget end the daemon, so that its service manager can restart it.
#include "tests/support/catch.hpp"
#include "tests/support/daemon/daemon_inside.hpp"
#include "tests/support/daemon/loops.hpp"

namespace rollcall::tests {

TEST_CASE("crashes beyond the restart budget end the daemon") {
  const std::string name = GENERATE(std::string("store-read"), std::string("write-sequencer"),
                                    std::string("user-lookup-0"), std::string("listener-0"));
  const auto way = any_way_to_crash();
  INFO("crashed: " << name << ' ' << shown(way));
  DaemonInside daemon(3, 1);
  auto client = daemon.connect();
  REQUIRE(client.get("/users/1").status == 200);
  // One restart of the actor and one of its supervisor are allowed; each supervisor starts with a
  // budget of its own.
  CHECK(daemon.crash_until_failure(name, way) >= 3);
  CHECK(daemon->failed());
  CHECK(daemon->stop());
  CHECK(client.closed_by_peer());
}

TEST_CASE("crashes within the restart budget do not end the daemon") {
  const auto way = any_way_to_crash();
  DaemonInside daemon(3, 3);
  for (int i = 0; i < 3; ++i) daemon.crash_and_wait("store-read", way);
  daemon.wait_until_healed();
}

}  // namespace rollcall::tests
