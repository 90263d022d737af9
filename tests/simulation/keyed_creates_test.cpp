// The checker of creates with an idempotency key, on histories written by hand.
#include "tests/simulator/checker.hpp"

#include "tests/support/catch.hpp"

namespace rollcall::tests {
namespace {

using simulator::Kind;
using simulator::Operation;
using simulator::Seen;

constexpr std::uint64_t created_at = 100;

simulator::StateChange change(std::uint64_t stamp, simulator::State state, bool undone = false) {
  return {stamp, simulator::TimePoint{}, std::move(state), undone};
}

/// User 1 is created at step 100 by a create with a key, which was asked at step 90.
struct KeyedStory {
  simulator::Truth truth{{{1, {change(created_at, Seen{1, "Ada"})}}}, {}};
  simulator::History history{};

  Operation& create(std::uint64_t asked, std::uint64_t answered, int status = 201,
                    std::string slug = {}) {
    Operation operation;
    operation.kind = Kind::create;
    operation.keyed = true;
    operation.token = "Ada";
    operation.asked_stamp = asked;
    operation.answered_stamp = answered;
    operation.answers = 1;
    operation.status = status;
    operation.slug = std::move(slug);
    operation.user = status == 201 ? 1 : 0;
    if (status == 201) operation.seen = Seen{1, "Ada"};
    history.operations.push_back(std::move(operation));
    return history.operations.back();
  }
  std::string broken() const {
    const auto violations = violations_of_keys(history, truth);
    return violations.empty() ? "" : violations.front().rule;
  }
};

TEST_CASE("the checker accepts a create with its repetitions, refused or not") {
  KeyedStory story;
  story.create(90, 110, 503, "outcome-unknown");
  story.create(95, 120, 503, "user-locked");
  story.create(90, 110);
  story.create(200, 210).replay = true;
  story.truth.users[1].push_back(change(300, Seen{2, "Eve"}));
  story.create(400, 410).replay = true;
  CHECK(story.broken().empty());
}

TEST_CASE("the checker accepts a second user where a failover has lost the first") {
  KeyedStory story;
  story.create(90, 110);
  story.truth.users[1].push_back(change(150, std::nullopt, true));
  story.truth.users[34] = {change(200, Seen{1, "Ada"})};
  story.create(190, 210).user = 34;
  CHECK(story.broken().empty());
}

TEST_CASE("the checker finds two users of one key") {
  KeyedStory story;
  story.create(90, 110);
  story.truth.users[2] = {change(200, Seen{1, "Ada"})};
  story.create(190, 210).user = 2;
  CHECK(story.broken() == "creates with one key make one user");
}

TEST_CASE("the checker finds a create that is refused, with each repetition, and applied") {
  KeyedStory story;
  story.create(90, 110, 409, "email-taken");
  story.create(120, 130, 503, "user-locked");
  CHECK(story.broken() == "a refused write is not applied");
}

TEST_CASE("the checker finds a wrong answer to a create with a key") {
  KeyedStory story;
  SECTION("of nobody") {
    story.create(90, 110).user = 5;
    CHECK(story.broken() == "an acknowledged write is committed");
  }
  SECTION("too early") {
    story.create(90, 99);
    CHECK(story.broken() == "an acknowledged write is committed before its answer");
  }
  SECTION("a repetition that does not say so") {
    story.create(150, 160);
    CHECK(story.broken() == "a repetition says that it is one");
  }
  SECTION("the user as it is now") {
    auto& repetition = story.create(150, 160);
    repetition.replay = true;
    repetition.seen = Seen{2, "Eve"};
    CHECK(story.broken() == "a repetition gets the first answer");
  }
}

}  // namespace
}  // namespace rollcall::tests
