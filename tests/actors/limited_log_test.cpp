// An error that comes with each request is logged once a second for each cause, in virtual time.
#include "actors/runtime/limited_log.hpp"
#include "tests/support/actors/actor_world.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/log_book.hpp"

namespace rollcall::tests {
namespace {

using namespace std::chrono_literals;

struct Journal {
  LogBook book;
  ActorWorld world;
  actors::LimitedLog log{[this](actors::Clock::Duration delay, std::function<void()> callback) {
    return world.clock().after(delay, std::move(callback));
  }};

  void repeat(int times, const std::string& cause, const std::string& line) {
    for (int i = 0; i < times; ++i) log.error(cause, line);
  }
};

TEST_CASE("the first line of a cause is logged at once, those that follow are counted") {
  Journal j;
  j.repeat(461, "disk", "the disk is full");
  CHECK(j.book.lines("") == 1);
  j.world.advance(999ms);
  CHECK(j.book.lines("") == 1);
  j.world.advance(1ms);
  CHECK(j.book.lines("the disk is full ... and 459 more like it in the last second") == 1);
  CHECK(j.book.lines("") == 2);
}

TEST_CASE("a continuing cause is logged once a second") {
  Journal j;
  for (int i = 0; i < 100; ++i) {
    j.repeat(10, "disk", "the disk is full");
    j.world.advance(100ms);
  }
  CHECK(j.book.lines("") == 11);
  CHECK(j.book.lines("... and 99 more like it") == 9);
}

TEST_CASE("a line that is logged twice in a second appears twice, without a count") {
  Journal j;
  j.repeat(2, "disk", "the disk is full");
  j.world.advance(1s);
  CHECK(j.book.lines("the disk is full") == 2);
  CHECK(j.book.lines("more like it") == 0);
}

TEST_CASE("a cause that was absent for a second is logged at once again") {
  Journal j;
  j.repeat(1, "disk", "the disk is full");
  j.world.advance(1s);
  CHECK(j.world.clock().idle());
  j.repeat(1, "disk", "the disk is full");
  CHECK(j.book.lines("the disk is full") == 2);
}

TEST_CASE("causes are limited independently, and too many of them count as one") {
  Journal j;
  j.repeat(3, "disk", "the disk is full");
  j.repeat(3, "right", "no privilege");
  CHECK(j.book.lines("no privilege") == 1);
  for (int i = 0; i < 1'000; ++i) j.repeat(1, std::to_string(i), "one of many");
  CHECK(j.book.lines("one of many") <= 64);
  j.world.advance(1s);
  CHECK(j.book.lines("one of many") <= 65);
}

TEST_CASE("suppressed lines are reported when their log ends") {
  Journal j;
  {
    actors::LimitedLog log([&](auto delay, auto callback) {
      return j.world.clock().after(delay, std::move(callback));
    });
    for (int i = 0; i < 5; ++i) log.warn("disk", "the disk is full");
  }
  CHECK(j.book.lines("and 3 more like it") == 1);
}

}  // namespace
}  // namespace rollcall::tests
