// In which order a loop does its own work, and when it looks at its sockets.
#include "actors/runtime/run_queue.hpp"

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include <asio/io_context.hpp>

#include "tests/support/catch.hpp"

namespace rollcall::actors {
namespace {

using Lines = std::vector<std::string>;

struct World {
  explicit World(bool in_turns) {
    if (in_turns) queue.run_in_turns();
  }

  /// A handler of asio, as for a socket that is ready.
  void on_event(std::function<void()> does) {
    asio::post(io, [this, does = std::move(does)] { queue.turn(does); });
  }
  /// Work that is noted, and leads to more.
  void push(const std::string& name, std::function<void()> does = {}) {
    queue.push([this, name, does = std::move(does)] {
      lines.push_back(name);
      if (does) does();
    });
  }

  asio::io_context io{1};
  RunQueue& queue = asio::use_service<RunQueue>(io);
  Lines lines{};
};

// An event leads to two pieces of work, the first of which leads to a third; then another event.
void two_events(World& world) {
  world.on_event([&world] {
    world.lines.emplace_back("event");
    world.push("first", [&world] { world.push("third"); });
    world.push("second");
  });
  world.on_event([&world] { world.lines.emplace_back("other event"); });
}

TEST_CASE("all that an event leads to is done, in its order, before the next event") {
  World world(true);
  two_events(world);
  REQUIRE(world.io.poll_one() == 1);
  CHECK(world.lines == Lines{"event", "first", "second", "third"});
  world.io.poll();
  CHECK(world.lines.back() == "other event");
}

TEST_CASE("without turns each piece of work is a step of its own, as tests need it") {
  World world(false);
  two_events(world);
  const Lines expected{"event", "other event", "first", "second", "third"};
  for (std::size_t steps = 1; steps <= expected.size(); ++steps) {
    REQUIRE(world.io.poll_one() == 1);
    REQUIRE(world.lines.size() == steps);
  }
  CHECK(world.lines == expected);
}

TEST_CASE("work that leads to more work without end leaves events their turn") {
  World world(true);
  std::size_t done = 0;
  std::function<void()> again = [&] {
    ++done;
    world.queue.push(again);
  };
  world.on_event([&] { world.queue.push(again); });
  bool served = false;
  world.on_event([&] { served = true; });
  world.io.poll_one();
  CHECK_FALSE(served);
  CHECK(done == RunQueue::most_rounds);
  world.io.poll_one();
  CHECK(served);
  // The rest was left to a later turn, not lost.
  const auto before = done;
  world.io.poll_one();
  CHECK(done > before);
}

TEST_CASE("work that no event has led to is done too, once") {
  World world(true);
  world.push("a", [&world] { world.push("c"); });
  world.push("b");
  CHECK(world.lines.empty());
  world.io.poll();
  CHECK(world.lines == Lines{"a", "b", "c"});
  world.io.restart();
  world.push("d");
  world.io.poll();
  CHECK(world.lines.back() == "d");
}

TEST_CASE("an event inside a turn belongs to it") {
  World world(true);
  world.on_event([&world] {
    world.push("first", [&world] {
      world.queue.turn([&world] { world.push("inner"); });
      world.lines.emplace_back("after");
    });
  });
  world.io.poll();
  CHECK(world.lines == Lines{"first", "after", "inner"});
}

TEST_CASE("work that waits when its loop ends is destroyed, not done") {
  const auto owned = std::make_shared<int>(1);
  bool done = false;
  {
    World world(true);
    world.queue.push([owned, &done] { done = true; });
    CHECK(owned.use_count() == 2);
  }
  CHECK(owned.use_count() == 1);
  CHECK_FALSE(done);
}

}  // namespace
}  // namespace rollcall::actors
