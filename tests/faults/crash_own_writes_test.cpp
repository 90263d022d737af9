// Actors crash while a write is under way: its client gets an answer that says what is known of the
// outcome, and no loop serves the row from before the commit.
#include "tests/support/catch.hpp"
#include "tests/support/daemon/daemon_inside.hpp"
#include "tests/support/daemon/loops.hpp"
#include "tests/support/daemon/users.hpp"
#include "tests/support/sqlite/file.hpp"
#include "tests/support/waiting.hpp"

namespace rollcall::tests {

namespace {

/// A daemon with user 7 in the cache of every loop, and a write of that user that the store has
/// begun and can't finish, since another program holds the write lock of the file.
class WriteUnderWay {
 public:
  WriteUnderWay(int loops, const std::string& name) : daemon(loops) {
    readers = connections_on_every_loop(daemon->port(), daemon->admin_port(), loops);
    for (const auto& reader : readers) REQUIRE(reader->get("/users/7").status == 200);
    held = std::make_unique<WritesHeldUp>(daemon.database());
    writer = std::make_unique<HttpClient>(daemon->port());
    writer->send(rename(name));
    // A blocked store answers no probe.
    wait_until("the store does not begin",
               [&] { return !part_ready(daemon->admin_port(), "write_store"); });
  }

  static std::string rename(const std::string& name) {
    return Request{.method = "PATCH",
                   .target = "/users/7",
                   .headers = {{"Content-Type", "application/json"}},
                   .body = Json{{"name", name}}.dump()}
        .bytes();
  }
  /// The name of user 7 as each connection reads it; the connections are spread over all loops.
  std::vector<std::string> names() const {
    std::vector<std::string> names;
    for (const auto& reader : readers) {
      names.push_back(reader->get("/users/7").json().at("name").get<std::string>());
    }
    return names;
  }
  std::vector<std::string> all(const std::string& name) const {
    return std::vector<std::string>(readers.size(), name);
  }

  DaemonInside daemon;
  std::vector<std::unique_ptr<HttpClient>> readers{};
  std::unique_ptr<WritesHeldUp> held{};
  std::unique_ptr<HttpClient> writer{};
};

}  // namespace

TEST_CASE("a write whose sequencer crashed is unknown, and no loop serves the row from before it") {
  const int loops = GENERATE(1, 3);
  const auto way = any_way_to_crash();
  INFO(shown(way));
  WriteUnderWay under_way(loops, "Ada");
  REQUIRE(under_way.daemon.crash("write-sequencer", way));
  check_problem(under_way.writer->read(), 503, "outcome-unknown", "/users/7");
  // Before the commit every loop reads the old row. A loop caches it where the restarted write
  // sequencer is running by then.
  const auto started = [&] { return under_way.daemon.runs("write-sequencer"); };
  for (int round = 0; round < 50 && !started(); ++round) under_way.names();
  CHECK(under_way.names() == under_way.all("Guest 7"));
  under_way.held.reset();
  under_way.daemon.wait_until_healed();
  CHECK(under_way.names() == under_way.all("Ada"));
}

TEST_CASE("a store that crashes after a write acknowledges it, and refuses the next one") {
  const int loops = GENERATE(1, 3);
  const auto way = any_way_to_crash();
  INFO(shown(way));
  WriteUnderWay under_way(loops, "Ada");
  REQUIRE(under_way.daemon.crash("store-write", way));
  HttpClient other(under_way.daemon->port());
  other.send(WriteUnderWay::rename("Eve"));
  wait_for_in_flight(under_way.daemon->admin_port(), 2);
  under_way.held.reset();
  CHECK(under_way.writer->read().json().at("name") == "Ada");
  check_problem(other.read(), 503, "storage-unavailable", "/users/7");
  CHECK(under_way.names() == under_way.all("Ada"));
  under_way.daemon.wait_until_healed();
  CHECK(under_way.names() == under_way.all("Ada"));
}

TEST_CASE("a write is acknowledged though the feed crashes, once every loop has invalidated") {
  const int loops = GENERATE(1, 3);
  const auto way = any_way_to_crash();
  INFO(shown(way));
  WriteUnderWay under_way(loops, "Ada");
  REQUIRE(under_way.daemon.crash("invalidation-feed", way));
  under_way.held.reset();
  CHECK(under_way.writer->read().json().at("name") == "Ada");
  under_way.daemon.wait_until_healed();
  CHECK(under_way.names() == under_way.all("Ada"));
}

}  // namespace rollcall::tests
