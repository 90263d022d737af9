// The checker of the simulation, on histories written by hand.
#include "tests/simulator/checker.hpp"

#include "tests/support/catch.hpp"

namespace rollcall::tests {
namespace {

using namespace std::chrono_literals;
using simulator::Kind;
using simulator::Operation;
using simulator::Seen;
using simulator::State;
using simulator::TimePoint;

TimePoint at(std::chrono::milliseconds time) { return TimePoint{std::chrono::hours{1}} + time; }

// A history with its truth. A step of the scheduler is a millisecond here.
struct Story {
  simulator::Truth truth{};
  simulator::History history{};

  void is(std::int64_t user, std::chrono::milliseconds since, State state, bool undone = false) {
    truth.users[user].push_back(
        {static_cast<std::uint64_t>(since.count()), at(since), std::move(state), undone});
  }
  Operation& asked(Kind kind, int node, std::chrono::milliseconds asked,
                   std::chrono::milliseconds answered, State seen, int status = 200) {
    Operation operation;
    operation.number = history.operations.size();
    operation.kind = kind;
    operation.node = node;
    operation.client = node;
    operation.user = 1;
    operation.asked_stamp = static_cast<std::uint64_t>(asked.count());
    operation.asked_at = at(asked);
    operation.deadline = operation.asked_at + 2s;
    operation.answers = 1;
    operation.answered_stamp = static_cast<std::uint64_t>(answered.count());
    operation.answered_at = at(answered);
    operation.status = status;
    operation.seen = std::move(seen);
    history.operations.push_back(std::move(operation));
    return history.operations.back();
  }
  // The first broken rule; empty where none is broken.
  std::string broken(const simulator::Promises& promises = {}) const {
    const auto violations = violations_of(history, truth, promises);
    return violations.empty() ? "" : violations.front().rule;
  }
};

const Seen older{1, "first"};
const Seen newer{2, "second"};

// A user who is created at 0 ms and changed at 100 ms.
Story changed() {
  Story story;
  story.is(1, 0ms, older);
  story.is(1, 100ms, newer);
  return story;
}

TEST_CASE("the checker accepts what the promises allow") {
  auto story = changed();
  story.asked(Kind::empty_patch, 0, 95ms, 105ms, older);
  story.asked(Kind::empty_patch, 0, 95ms, 105ms, newer);
  story.asked(Kind::change, 0, 90ms, 110ms, newer).token = "second";
  story.asked(Kind::read, 0, 120ms, 121ms, newer);
  story.asked(Kind::read, 1, 120ms, 121ms, older);  // the notification is on its way
  story.asked(Kind::read, 1, 2'400ms, 2'401ms, older);
  story.asked(Kind::fresh_read, 1, 95ms, 105ms, older);
  story.asked(Kind::read, 1, 4'000ms, 4'001ms, older).stale = true;
  CHECK(story.broken() == "");
}

TEST_CASE("the checker finds an empty patch that makes a version, or is answered with an old one") {
  auto story = changed();
  SECTION("an old one") {
    story.asked(Kind::empty_patch, 1, 120ms, 130ms, older);
    CHECK(story.broken() == "a fresh read is at least as new as the request");
  }
  SECTION("a version") {
    story.is(1, 125ms, Seen{3, "second"});
    story.asked(Kind::empty_patch, 1, 120ms, 130ms, Seen{3, "second"});
    CHECK(story.broken() == "a write that changes nothing makes no version");
  }
}

TEST_CASE("the checker finds a node that does not read its own write") {
  auto story = changed();
  story.asked(Kind::change, 0, 90ms, 110ms, newer).token = "second";
  story.asked(Kind::read, 0, 120ms, 121ms, older);
  CHECK(story.broken() == "a node reads its own acknowledged writes");
}

TEST_CASE("the checker finds an answer that is older than the promise allows") {
  auto story = changed();
  story.asked(Kind::read, 1, 2'600ms, 2'601ms, older);
  CHECK(story.broken() ==
        "no answer is older than the notification's delay and invalidation.timeout");
}

TEST_CASE("on SQLite a stalled loop delays the node's own invalidations by its stall") {
  simulator::Promises sqlite;
  sqlite.lease = 0ms;
  sqlite.stalls_delay_notifications = true;
  auto story = changed();
  story.asked(Kind::read, 0, 1'400ms, 1'401ms, older);
  CHECK(story.broken(sqlite) ==
        "no answer is older than the notification's delay and invalidation.timeout");
  story.history.stalls.push_back({0, 1, at(90ms), at(1'090ms)});  // the other loop of HTTP
  CHECK_FALSE(story.broken(sqlite).empty());
  story.history.stalls.push_back({0, simulator::Stall::no_http_loop, at(90ms), at(1'090ms)});
  CHECK(story.broken(sqlite) == "");
}

TEST_CASE("the checker finds a stale answer that is too old") {
  auto story = changed();
  story.asked(Kind::read, 1, 6'000ms, 6'001ms, older).stale = true;
  CHECK(story.broken() == "a stale answer is not older than stale_if_error");
}

TEST_CASE("the checker finds a fresh read that is older than the request") {
  auto story = changed();
  story.asked(Kind::fresh_read, 1, 120ms, 130ms, older);
  CHECK(story.broken() == "a fresh read is at least as new as the request");
}

TEST_CASE("the checker finds an old row that is still served after all faults") {
  auto story = changed();
  story.asked(Kind::read, 1, 9'000ms, 9'001ms, older).last = true;
  CHECK(story.broken() == "in the end every cache agrees with the database");
}

TEST_CASE("the checker finds a node that is not ready after all faults") {
  auto story = changed();
  story.history.readiness.push_back({"A", 200});
  CHECK(story.broken() == "");
  const int status = GENERATE(503, 0);  // 0: no answer
  story.history.readiness.push_back({"B", status});
  CHECK(story.broken() == "in the end every part of a node is ready");
}

TEST_CASE("the checker finds a row that was never committed") {
  auto story = changed();
  story.asked(Kind::read, 1, 120ms, 121ms, Seen{2, "another"});
  CHECK(story.broken() == "what is read was committed");
}

TEST_CASE("the checker finds reads of one connection that are not monotonic") {
  auto story = changed();
  story.asked(Kind::read, 1, 120ms, 121ms, newer);
  story.asked(Kind::read, 1, 130ms, 131ms, older);
  CHECK(story.broken().starts_with("reads of one connection are monotonic"));
}

TEST_CASE("the checker finds an acknowledged write that was lost") {
  auto story = changed();
  story.asked(Kind::change, 0, 200ms, 210ms, Seen{3, "third"}).token = "third";
  CHECK(story.broken() == "an acknowledged write is committed");
}

TEST_CASE("the checker finds a refused write that was applied") {
  auto story = changed();
  auto& write = story.asked(Kind::change, 0, 90ms, 110ms, std::nullopt, 503);
  write.token = "second";
  write.slug = "storage-unavailable";
  CHECK(story.broken() == "a refused write is not applied");
}

TEST_CASE("the checker finds a write that was applied twice") {
  auto story = changed();
  story.is(1, 120ms, Seen{3, "second"});
  auto& write = story.asked(Kind::change, 0, 90ms, 110ms, std::nullopt, 503);
  write.token = "second";
  write.slug = "outcome-unknown";
  CHECK(story.broken() == "a write is applied once");
}

TEST_CASE("the checker finds an update that was lost under If-Match") {
  auto story = changed();
  story.is(1, 150ms, Seen{3, "third"});
  auto& write = story.asked(Kind::conditional_change, 0, 140ms, 160ms, Seen{3, "third"});
  write.token = "third";
  write.expected_version = 1;
  CHECK(story.broken() == "no update is lost under If-Match");
}

TEST_CASE("the checker finds requests without an answer, with two, and with a late one") {
  auto story = changed();
  SECTION("none") {
    story.asked(Kind::read, 0, 200ms, 201ms, newer).answers = 0;
    CHECK(story.broken() == "every request is answered");
  }
  SECTION("two") {
    story.asked(Kind::read, 0, 200ms, 201ms, newer).answers = 2;
    CHECK(story.broken() == "every request is answered once");
  }
  SECTION("a late one") {
    story.asked(Kind::read, 0, 200ms, 2'400ms, newer);
    CHECK(story.broken() == "every request is answered by its deadline");
  }
}

TEST_CASE("the checker finds a delete that no client requested") {
  auto story = changed();
  story.is(1, 150ms, std::nullopt);
  CHECK(story.broken() == "every delete that was applied was requested");
}

TEST_CASE("the checker excuses what a failover has rolled back, and no more") {
  auto story = changed();
  story.asked(Kind::change, 0, 90ms, 110ms, newer).token = "second";
  story.is(1, 200ms, older, true);
  story.asked(Kind::read, 0, 210ms, 211ms, older);
  CHECK(story.broken() == "");
  story.asked(Kind::read, 0, 2'700ms, 2'701ms, newer);
  CHECK(story.broken() ==
        "no answer is older than the notification's delay and invalidation.timeout");
}

}  // namespace
}  // namespace rollcall::tests
