// Which PostgreSQL server the connections of a process may use, and when they move to another.
#include <memory>
#include <vector>

#include "actors/stores/postgres/admission.hpp"
#include "tests/support/actors/actor_world.hpp"
#include "tests/support/catch.hpp"

namespace rollcall::tests {
namespace {

using actors::AdmitLink;
using actors::AdmitLinkReply;
using std::chrono::milliseconds;

/// What the directories were told to forget, and whether they have yet.
struct Memory {
  int told = 0;
  bool slow = false;
  std::vector<actors::Answer<actors::Forgotten>> kept{};
};

class Feed {
 public:
  using Handle = actors::FeedHandle;
  Feed(actors::LoopActor<Feed>& self, std::shared_ptr<Memory> memory)
      : self_(self), memory_(std::move(memory)) {}
  Handle::behavior_type behavior() {
    return {[this](const actors::Forget& what) -> caf::result<actors::Forgotten> {
              REQUIRE(what.everything);
              ++memory_->told;
              auto answer = self_.promise<actors::Forgotten>();
              if (memory_->slow) {
                memory_->kept.push_back(std::move(answer));
              } else {
                answer.deliver({});
              }
              return actors::later<actors::Forgotten>;
            },
            [](const actors::Probe&) -> actors::ProbeReply { return actors::Serving{}; }};
  }

 private:
  actors::LoopActor<Feed>& self_;
  std::shared_ptr<Memory> memory_;
};

db::PgServer server(const std::string& system, const std::string& timeline = "00000001") {
  return {system, timeline, "1700000000.5", false};
}

struct Home {
  ActorWorld world{};
  std::shared_ptr<Memory> memory = std::make_shared<Memory>();
  actors::FeedHandle feed = world.spawn<Feed>(memory);
  actors::PermitCensusRef census = std::make_shared<actors::PermitCensus>();
  actors::PgAdmissionHandle admission = world.spawn<actors::PgAdmission>(census, feed);

  actors::Clock::TimePoint now() { return world.clock().now(); }
  auto asks(const db::PgServer& at, actors::Clock::TimePoint since) {
    return world.ask(admission, AdmitLink{at, since});
  }
  /// The permit of a link that sets out now; fails the test where it gets none.
  actors::LinkPermitRef permit(const db::PgServer& at) {
    const auto asked = asks(at, now());
    REQUIRE(asked->reply);
    REQUIRE(asked->reply->has_value());
    return **asked->reply;
  }
  auto recall(const actors::LinkPermitRef& permit) {
    return world.ask(admission, actors::AwaitRecall{permit->number()});
  }
};

std::string refusal(const AdmitLinkReply& reply) { return reply ? "" : reply.error(); }

TEST_CASE("another server is used once all have left the old one, and everything is forgotten") {
  Home f;
  auto first = f.permit(server("1"));
  auto second = f.permit(server("1"));
  CHECK(f.memory->told == 1);  // nothing is known of the time before
  const auto recalled = f.recall(first);
  CHECK(recalled->open());
  f.memory->slow = true;
  f.world.advance(milliseconds{1});
  const auto moved = f.asks(server("2"), f.now());
  CHECK_FALSE(recalled->open());
  first.reset();
  f.world.advance(milliseconds{100});
  CHECK(f.memory->told == 1);
  CHECK(moved->open());
  second.reset();
  f.world.advance(milliseconds{100});
  CHECK(f.memory->told == 2);
  CHECK(moved->open());
  f.memory->kept.front().deliver({});
  f.world.settle();
  REQUIRE(moved->reply);
  CHECK(moved->reply->has_value());
}

TEST_CASE("a link that set out before the others came to their server does not lead them away") {
  Home f;
  const auto before = f.now();
  f.world.advance(milliseconds{10});
  auto permit = f.permit(server("2"));
  const auto recalled = f.recall(permit);
  const auto late = f.asks(server("1"), before);
  REQUIRE(late->reply);
  CHECK(refusal(*late->reply) == "it was looked up before the others came to their server");
  CHECK(recalled->open());
  // To where the others are it may have set out at any time.
  const auto same = f.asks(server("2"), before);
  REQUIRE(same->reply);
  CHECK(same->reply->has_value());
  // Nor where the last of the others has just left.
  const bool deserted = GENERATE(true, false);
  if (deserted) {
    permit.reset();
    same->reply.reset();
    f.world.settle();
  }
  CHECK_FALSE(f.asks(server("1"), before)->reply.value().has_value());
  f.world.advance(milliseconds{10});
  const auto later = f.asks(server("1"), f.now());
  if (!deserted) {
    CHECK_FALSE(recalled->open());
    CHECK(later->open());
    permit.reset();
    same->reply.reset();
    f.world.advance(milliseconds{100});
  }
  REQUIRE(later->reply);
  CHECK(later->reply->has_value());
}

TEST_CASE("a link that set out before an admission ended is not admitted by the next one") {
  Home f;
  const auto before = f.now();
  f.world.advance(milliseconds{10});
  f.admission = f.world.spawn<actors::PgAdmission>(f.census, f.feed);
  f.world.settle();
  CHECK_FALSE(f.asks(server("1"), before)->reply.value().has_value());
  CHECK(f.asks(server("1"), f.now())->reply.value().has_value());
}

TEST_CASE("a read-only server, or an earlier timeline, replaces none that is used") {
  Home f;
  auto permit = f.permit(server("1", "00000002"));
  f.world.advance(milliseconds{10});
  auto standby = server("2");
  standby.read_only = true;
  CHECK(refusal(f.asks(standby, f.now())->reply.value()) ==
        "it is read-only, and the others are at another server");
  CHECK(refusal(f.asks(server("1", "00000001"), f.now())->reply.value()) ==
        "it is on an earlier timeline");
  CHECK(f.recall(permit)->open());
  permit.reset();
  f.world.settle();
  CHECK(f.asks(standby, f.now())->reply.value().has_value());
}

}  // namespace
}  // namespace rollcall::tests
