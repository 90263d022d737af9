// The admin port while clients hold idle connections.
#include <vector>

#include "tests/support/catch.hpp"
#include "tests/support/daemon/daemon_process.hpp"
#include "tests/support/http/client.hpp"

namespace rollcall::tests {

TEST_CASE("idle connections on the admin port are evicted for new ones, the longest idle first") {
  DaemonProcess daemon;
  HttpClient probe(daemon.admin_port());
  CHECK(probe.get("/live").status == 200);
  std::vector<std::unique_ptr<HttpClient>> idle;
  for (int i = 0; i < 200; ++i) {
    idle.push_back(std::make_unique<HttpClient>(daemon.admin_port()));
    if (i % 2 == 0) idle.back()->send("GET /live HTTP/1.1\r\nHo");
    // A connection that is in use is not the longest idle one, and so stays open.
    CHECK(probe.get("/live").status == 200);
    CHECK(ask_once(daemon.admin_port(), {.target = "/live"}).status == 200);
  }
  CHECK(idle.front()->closed_by_peer());
  CHECK(idle.back()->get("/ready").status == 200);
}

}  // namespace rollcall::tests
