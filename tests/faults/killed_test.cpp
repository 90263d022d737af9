// The daemon is killed with SIGKILL, or stopped, many times under load.
#include <csignal>

#include "tests/support/catch.hpp"
#include "tests/support/daemon/loops.hpp"
#include "tests/support/daemon/users.hpp"
#include "tests/support/http/load.hpp"

namespace rollcall::tests {

TEST_CASE("every write that was acknowledged before kill -9 is there after it") {
  const int loops = GENERATE(1, 3);
  const TempDir folder;
  const auto database = folder / "users.db";
  std::vector<Knowledge> expected;
  {
    DaemonProcess daemon({.database = database});
    HttpClient client(daemon.port());
    expected.push_back({create_user(client, "For the readers"), {"For the readers"}});
  }
  for (int round = 0; round < 2; ++round) {
    DaemonProcess daemon({.database = database, .loops = loops});
    {
      HttpClient client(daemon.port());
      check_kept(client, expected);
    }
    Load load(daemon.port(), {.readers = 2, .writers = 6, .population = 1, .deletes = true});
    load.wait_for_writes(150);
    daemon.kill();
    const auto report = load.collect();
    INFO((report.wrong.empty() ? "" : report.wrong.front()));
    CHECK(report.wrong.empty());
    CHECK(report.connection_lost);
    CHECK(report.users.size() >= 6);
    expected.insert(expected.end(), report.users.begin(), report.users.end());
  }
  DaemonProcess daemon({.database = database, .loops = loops});
  HttpClient client(daemon.port());
  check_kept(client, expected);
}

TEST_CASE("a hundred creates that were acknowledged are there after kill -9") {
  const TempDir folder;
  const auto database = folder / "users.db";
  {
    DaemonProcess daemon({.database = database, .loops = GENERATE(1, 3)});
    HttpClient client(daemon.port());
    for (int i = 1; i <= 100; ++i) REQUIRE(create_user(client, "User " + std::to_string(i)) == i);
    daemon.kill();
  }
  DaemonProcess daemon({.database = database});
  HttpClient client(daemon.port());
  for (int i = 1; i <= 100; ++i) {
    CHECK(client.get("/users/" + std::to_string(i)).json().at("name") ==
          "User " + std::to_string(i));
  }
}

TEST_CASE("the daemon ends with 0 and without a leak under load, as often as it is told to") {
  const int loops = GENERATE(1, 3);
  const TempDir folder;
  import_sample(folder / "users.db");
  for (int round = 0; round < 5; ++round) {
    DaemonProcess daemon({.database = folder / "users.db", .loops = loops});
    Load load(daemon.port(), {.readers = 4, .writers = 2});
    load.wait_for_writes(20);
    daemon.signal(SIGTERM);
    CHECK(daemon.wait() == 0);
    const auto report = load.collect();
    INFO((report.wrong.empty() ? "" : report.wrong.front()));
    CHECK(report.wrong.empty());
    check_no_sanitizer_report(daemon.log());
  }
}

}  // namespace rollcall::tests
