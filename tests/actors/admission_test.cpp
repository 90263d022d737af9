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

/// The invalidations that were requested, and those not answered yet.
struct Invalidations {
  int count = 0;
  bool slow = false;
  std::vector<actors::ReplyPromise<actors::Invalidated>> pending{};
};

class InvalidationFeed {
 public:
  using Handle = actors::InvalidationFeedHandle;
  InvalidationFeed(actors::LoopActor<InvalidationFeed>& self,
                   std::shared_ptr<Invalidations> invalidations)
      : self_(self), invalidations_(std::move(invalidations)) {}
  Handle::behavior_type behavior() {
    return {[this](const actors::Invalidate& what) -> caf::result<actors::Invalidated> {
              REQUIRE(what.everything);
              ++invalidations_->count;
              auto answer = self_.promise<actors::Invalidated>();
              if (invalidations_->slow) {
                invalidations_->pending.push_back(std::move(answer));
              } else {
                answer.deliver({});
              }
              return actors::deferred<actors::Invalidated>;
            },
            [](const actors::Probe&) -> actors::ProbeReply { return actors::Serving{}; }};
  }

 private:
  actors::LoopActor<InvalidationFeed>& self_;
  std::shared_ptr<Invalidations> invalidations_;
};

db::PgServer server(const std::string& system, const std::string& timeline = "00000001") {
  return {system, timeline, "1700000000.5", false};
}

struct AdmissionFixture {
  ActorWorld world{};
  std::shared_ptr<Invalidations> invalidations = std::make_shared<Invalidations>();
  actors::InvalidationFeedHandle feed = world.spawn<InvalidationFeed>(invalidations);
  actors::PermitCountRef permits = std::make_shared<actors::PermitCount>();
  actors::PgAdmissionHandle admission = world.spawn<actors::PgAdmission>(permits, feed);

  actors::Clock::TimePoint now() { return world.clock().now(); }
  auto admit(const db::PgServer& at, actors::Clock::TimePoint since) {
    return world.ask(admission, AdmitLink{at, since});
  }
  /// The permit of a link attempt that begins now; fails the test where none is granted.
  actors::LinkPermitRef permit(const db::PgServer& at) {
    const auto asked = admit(at, now());
    REQUIRE(asked->reply);
    REQUIRE(asked->reply->has_value());
    return **asked->reply;
  }
  auto recall(const actors::LinkPermitRef& permit) {
    return world.ask(admission, actors::AwaitRecall{permit->number()});
  }
};

std::string rejection(const AdmitLinkReply& reply) { return reply ? "" : reply.error(); }

TEST_CASE("another server is used once all links have left the old one, and all is invalidated") {
  AdmissionFixture f;
  auto first = f.permit(server("1"));
  auto second = f.permit(server("1"));
  CHECK(f.invalidations->count == 1);  // earlier changes are not known
  const auto recalled = f.recall(first);
  CHECK(recalled->open());
  f.invalidations->slow = true;
  f.world.advance(milliseconds{1});
  const auto moved = f.admit(server("2"), f.now());
  CHECK_FALSE(recalled->open());
  first.reset();
  f.world.advance(milliseconds{100});
  CHECK(f.invalidations->count == 1);
  CHECK(moved->open());
  second.reset();
  f.world.advance(milliseconds{100});
  CHECK(f.invalidations->count == 2);
  CHECK(moved->open());
  f.invalidations->pending.front().deliver({});
  f.world.settle();
  REQUIRE(moved->reply);
  CHECK(moved->reply->has_value());
}

TEST_CASE("a link attempt older than the current server's admission does not move other links") {
  AdmissionFixture f;
  const auto before = f.now();
  f.world.advance(milliseconds{10});
  auto permit = f.permit(server("2"));
  const auto recalled = f.recall(permit);
  const auto late = f.admit(server("1"), before);
  REQUIRE(late->reply);
  CHECK(rejection(*late->reply) == "it was looked up before the others came to their server");
  CHECK(recalled->open());
  // An attempt to reach the current server may be of any age.
  const auto same = f.admit(server("2"), before);
  REQUIRE(same->reply);
  CHECK(same->reply->has_value());
  // An old attempt to reach another server is refused also after the last link was closed.
  const bool abandoned = GENERATE(true, false);
  if (abandoned) {
    permit.reset();
    same->reply.reset();
    f.world.settle();
  }
  CHECK_FALSE(f.admit(server("1"), before)->reply.value().has_value());
  f.world.advance(milliseconds{10});
  const auto later = f.admit(server("1"), f.now());
  if (!abandoned) {
    CHECK_FALSE(recalled->open());
    CHECK(later->open());
    permit.reset();
    same->reply.reset();
    f.world.advance(milliseconds{100});
  }
  REQUIRE(later->reply);
  CHECK(later->reply->has_value());
}

TEST_CASE("a link attempt older than a restart of the admission actor is not admitted") {
  AdmissionFixture f;
  const auto before = f.now();
  f.world.advance(milliseconds{10});
  f.admission = f.world.spawn<actors::PgAdmission>(f.permits, f.feed);
  f.world.settle();
  CHECK_FALSE(f.admit(server("1"), before)->reply.value().has_value());
  CHECK(f.admit(server("1"), f.now())->reply.value().has_value());
}

TEST_CASE("a read-only server, or an earlier timeline, does not replace the server in use") {
  AdmissionFixture f;
  auto permit = f.permit(server("1", "00000002"));
  f.world.advance(milliseconds{10});
  auto standby = server("2");
  standby.read_only = true;
  CHECK(rejection(f.admit(standby, f.now())->reply.value()) ==
        "it is read-only, and the others are at another server");
  CHECK(rejection(f.admit(server("1", "00000001"), f.now())->reply.value()) ==
        "it is on an earlier timeline");
  CHECK(f.recall(permit)->open());
  permit.reset();
  f.world.settle();
  CHECK(f.admit(standby, f.now())->reply.value().has_value());
}

}  // namespace
}  // namespace rollcall::tests
