// The admin listener: what /live and /ready answer, whatever the stores do.
#include <memory>
#include <optional>
#include <vector>

#include "domain/errors.hpp"
#include "http/admin/admin_handler.hpp"
#include "http/admin/readiness.hpp"
#include "http/api/gateway.hpp"
#include "tests/support/actors/actor_world.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/http/request.hpp"

namespace rollcall::tests {
namespace {

using std::chrono::milliseconds;

/// What the stores reply to a probe; nothing: they keep the probe until the test replies.
struct Health {
  std::optional<actors::ProbeReply> reads = actors::ProbeReply{actors::Serving{}};
  std::optional<actors::ProbeReply> writes = actors::ProbeReply{actors::Serving{}};
  int probes = 0;
  std::vector<actors::ReplyPromise<actors::ProbeReply>> pending;

  caf::result<actors::ProbeReply> answer(const std::optional<actors::ProbeReply>& state,
                                         actors::ReplyPromise<actors::ProbeReply> answer) {
    ++probes;
    if (state) {
      answer.deliver(*state);
    } else {
      pending.push_back(std::move(answer));
    }
    return actors::deferred<actors::ProbeReply>;
  }
};
using HealthRef = std::shared_ptr<Health>;

class ProbedReads {
 public:
  using Handle = actors::ReadStoreHandle;
  ProbedReads(actors::LoopActor<ProbedReads>& self, HealthRef health)
      : self_(self), health_(std::move(health)) {}
  Handle::behavior_type behavior() {
    return {[](const actors::FindUsers&) { return actors::FindUsersReply{}; },
            [](const actors::ListUsers&) { return actors::ListUsersReply{}; },
            [](const actors::CountUsers&) { return actors::CountUsersReply{}; },
            [](const actors::ListChanges&) {
              return actors::ListChangesReply(ChangesPage{{}, 0});
            },
            [this](const actors::Probe&) {
              return health_->answer(health_->reads, self_.promise<actors::ProbeReply>());
            }};
  }

 private:
  actors::LoopActor<ProbedReads>& self_;
  HealthRef health_;
};

class ProbedWrites {
 public:
  using Handle = actors::WriteStoreHandle;
  ProbedWrites(actors::LoopActor<ProbedWrites>& self, HealthRef health)
      : self_(self), health_(std::move(health)) {}
  Handle::behavior_type behavior() {
    return {[](const actors::WriteGroup&) { return actors::WriteGroupReply{}; },
            [this](const actors::Probe&) {
              return health_->answer(health_->writes, self_.promise<actors::ProbeReply>());
            }};
  }

 private:
  actors::LoopActor<ProbedWrites>& self_;
  HealthRef health_;
};

struct AdminSide {
  ActorWorld world;
  HealthRef health = std::make_shared<Health>();
  std::shared_ptr<http::LoopState> state = std::make_shared<http::LoopState>();
  actors::ReadStoreHandle reads = world.spawn<ProbedReads>(health);
  actors::WriteStoreHandle writes = world.spawn<ProbedWrites>(health);
  http::GatewayHandle gateway = world.spawn<http::Gateway>(http::GatewayPeers{}, state);
  http::ReadinessHandle readiness =
      world.spawn<http::Readiness>(std::vector{actors::ProbedPart{"read_store", reads},
                                               actors::ProbedPart{"write_store", writes}},
                                   std::vector{gateway});
  http::AdminHandler handler{http::AllowedHosts{},
                             [this](std::shared_ptr<http::Responder> responder) {
                               caf::anon_send(readiness, http::CheckReady{std::move(responder)});
                             }};

  AnsweredRef ask(http::Method method, std::string target) {
    auto answered = std::make_shared<Answered>();
    MadeRequest request(method, std::move(target));
    handler.handle(request.get(), recorded(answered, http::context_of(request.get())));
    world.settle();
    return answered;
  }
  AnsweredRef ready() { return ask(http::Method::get, "/ready"); }
};

TEST_CASE("a daemon whose stores can serve is ready, and reports the counts of its loops") {
  AdminSide side;
  side.state->stats.connections = 3;
  side.state->stats.in_flight = 2;
  auto answered = side.ready();
  CHECK(answered->count == 1);
  CHECK(answered->response.status == 200);
  auto body = answered->json();
  CHECK(body["ready"] == true);
  for (const auto& part : body["parts"]) CHECK(part["ready"] == true);
  REQUIRE(body["loops"].size() == 1);
  CHECK(body["loops"][0]["connections"] == 3);
  CHECK(body["loops"][0]["in_flight"] == 2);
}

TEST_CASE("a daemon with a store that can't serve is not ready, and reports which and why") {
  AdminSide side;
  side.health->writes = tl::unexpected(Error{ErrorCode::storage_unavailable, "disk full"});
  auto answered = side.ready();
  CHECK(answered->slug() == "storage-unavailable");
  auto body = answered->json();
  CHECK(body["ready"] == false);
  CHECK(body["detail"] == "write_store: disk full");
  CHECK(body["parts"][0]["ready"] == true);
  CHECK(body["parts"][1]["ready"] == false);
  CHECK(body["parts"][1]["detail"] == "disk full");
}

TEST_CASE("a store that does not answer within a second is not ready") {
  AdminSide side;
  side.health->reads.reset();
  auto answered = side.ready();
  side.world.advance(milliseconds{990});
  CHECK(answered->count == 0);
  side.world.advance(milliseconds{10});
  CHECK(answered->count == 1);
  CHECK(answered->slug() == "storage-unavailable");
  CHECK(answered->json()["detail"].get<std::string>().find("read_store") == 0);
  side.health->pending.back().deliver(actors::Serving{});
  side.world.settle();
  CHECK(answered->count == 1);
  side.health->reads = actors::Serving{};
  CHECK(side.ready()->response.status == 200);
}

TEST_CASE("a store or a gateway that has ended is not ready") {
  AdminSide side;
  SECTION("the store") { caf::anon_send_exit(side.reads, caf::exit_reason::kill); }
  SECTION("the gateway") { caf::anon_send_exit(side.gateway, caf::exit_reason::kill); }
  side.world.settle();
  auto answered = side.ready();
  CHECK(answered->slug() == "storage-unavailable");
}

TEST_CASE("concurrent readiness requests share one round of probes") {
  AdminSide side;
  side.health->reads.reset();
  auto first = side.ready();
  auto second = side.ready();
  CHECK(side.health->probes == 2);  // one of each store
  side.health->pending.back().deliver(actors::Serving{});
  side.world.settle();
  CHECK(first->response.status == 200);
  CHECK(second->response.status == 200);
}

TEST_CASE("a draining daemon is alive and not ready") {
  AdminSide side;
  CHECK(side.world.ask(side.readiness, http::Drain{})->reply);
  auto answered = side.ready();
  CHECK(answered->slug() == "shutting-down");
  CHECK(answered->json()["ready"] == false);
  CHECK(side.ask(http::Method::get, "/live")->response.status == 200);
}

TEST_CASE("/live is answered without a message to any actor") {
  AdminSide side;
  caf::anon_send_exit(side.readiness, caf::exit_reason::kill);
  side.world.settle();
  CHECK(side.ask(http::Method::get, "/live?probe=1")->response.status == 200);
  CHECK(side.ask(http::Method::head, "/live")->response.status == 200);
  CHECK(side.health->probes == 0);
  auto ready = side.ready();
  CHECK(ready->count == 1);
  CHECK(ready->slug() == "storage-unavailable");
}

TEST_CASE("the admin listener has two read-only routes") {
  AdminSide side;
  CHECK(side.ask(http::Method::get, "/")->slug() == "not-found");
  CHECK(side.ask(http::Method::get, "/users/1")->slug() == "not-found");
  auto refused = side.ask(http::Method::post, "/ready");
  CHECK(refused->slug() == "method-not-allowed");
  CHECK(refused->has("Allow: GET, HEAD, OPTIONS"));
  CHECK(side.ask(http::Method::options, "/live")->response.status == 204);
}

}  // namespace
}  // namespace rollcall::tests
