// Crashes between commit and forgetting: the next read is the new row.
#include "tests/support/catch.hpp"
#include "tests/support/daemon_inside.hpp"
#include "tests/support/loops.hpp"

namespace rollcall::tests {

TEST_CASE("after a crash of a writer no loop reads a row from before its acknowledged writes") {
  const int loops = GENERATE(1, 3);
  for (const std::string name : {"registrar", "store-write", "feed"}) {
    INFO("killed: " << name);
    DaemonInside daemon(loops);
    const auto readers = connections_on_every_loop(daemon->port(), daemon->admin_port(), loops);
    auto writer = daemon.connect();
    for (int round = 0; round < 5; ++round) {
      for (const auto& reader : readers) {  // every cache holds the row
        REQUIRE(reader->get("/users/7").status == 200);
      }
      const auto wanted = name + std::to_string(round);
      writer.send(Request{.method = "PATCH",
                          .target = "/users/7",
                          .headers = {{"Content-Type", "application/json"}},
                          .body = Json{{"name", wanted}}.dump()}
                      .bytes());
      if (round < 3) REQUIRE(daemon->kill(name));
      const auto written = writer.read();
      INFO(written.status << " " << written.body);
      // Acknowledged, refused or unknown; whatever it is, all loops agree, and on the database.
      daemon.wait_until_healed();
      const auto first = readers.front()->get("/users/7");
      REQUIRE(first.status == 200);
      if (written.status == 200) CHECK(first.body == written.body);
      for (const auto& reader : readers) CHECK(reader->get("/users/7").body == first.body);
    }
  }
}

}  // namespace rollcall::tests
