// A gateway between recorded clients and scripted actors.
#include "http/api/gateway.hpp"

#include <utility>
#include <vector>

#include "actors/runtime/proxy.hpp"
#include "domain/errors.hpp"
#include "tests/support/actors/actor_world.hpp"
#include "tests/support/actors/edge.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/http/request.hpp"

namespace rollcall::tests {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

TEST_CASE("a user that the lookup finds is answered once") {
  Edge edge;
  auto answered = edge.read(42);
  REQUIRE(edge.script->finds.size() == 1);
  CHECK(edge.script->finds[0].first.id == id(42));
  CHECK(edge.script->finds[0].first.deadline == edge.world.in(seconds{2}));
  CHECK(answered->count == 0);
  CHECK(edge.state->stats.in_flight == 1);
  edge.reply(edge.script->finds, actors::FindUserReply{{user(42, 3)}});
  CHECK(answered->count == 1);
  CHECK(answered->response.status == 200);
  CHECK(answered->has("ETag: \"3\""));
  CHECK(answered->json()["id"] == 42);
  CHECK(edge.state->stats.in_flight == 0);
  edge.world.advance(seconds{5});
  CHECK(answered->count == 1);
}

TEST_CASE("the conditions of a read are compared with the version that was found") {
  Edge edge;
  auto same = edge.read(1, {std::nullopt, VersionSet{false, {3}}});
  edge.reply(edge.script->finds, actors::FindUserReply{{user(1, 3)}});
  CHECK(same->response.status == 304);
  auto other = edge.read(1, {VersionSet{false, {2}}, std::nullopt});
  edge.reply(edge.script->finds, actors::FindUserReply{{user(1, 3)}});
  CHECK(other->slug() == "precondition-failed");
  auto missing = edge.read(1, {VersionSet{true, {}}, std::nullopt});
  edge.reply(edge.script->finds,
             actors::FindUserReply{tl::unexpected(Error{ErrorCode::user_not_found, "none"})});
  CHECK(missing->slug() == "user-not-found");
}

TEST_CASE("a user that is served stale carries its age and the reason") {
  Edge edge;
  auto answered = edge.read(42);
  edge.reply(edge.script->finds, actors::FindUserReply{{user(42, 3), seconds{7}}});
  CHECK(answered->response.status == 200);
  CHECK(answered->has("Age: 7"));
  CHECK(answered->has("Cache-Status: rollcall; hit; detail=stale-if-error"));
  auto fresh = edge.read(42);
  edge.reply(edge.script->finds, actors::FindUserReply{{user(42, 3)}});
  CHECK_FALSE(fresh->has("Age: 0"));
}

TEST_CASE("a read that is not answered in time is a 504, and the late reply is dropped") {
  Edge edge;
  auto answered = edge.read(42);
  edge.world.advance(milliseconds{1'990});
  CHECK(answered->count == 0);
  edge.world.advance(milliseconds{20});
  CHECK(answered->count == 1);
  CHECK(answered->slug() == "deadline-exceeded");
  edge.reply(edge.script->finds, actors::FindUserReply{{user(42)}});
  CHECK(answered->count == 1);
}

TEST_CASE("a request that expired before the gateway took it reaches no actor") {
  Edge edge;
  auto read = edge.serve(http::ReadUser{id(1)}, milliseconds{0});
  auto write = edge.serve(renaming(1), milliseconds{-5});
  CHECK(read->slug() == "deadline-exceeded");
  CHECK(write->slug() == "deadline-exceeded");
  CHECK(edge.script->finds.empty());
  CHECK(edge.script->writes.empty());
}

TEST_CASE("a read whose user lookup ends before its reply is a 503") {
  Edge edge;
  auto answered = edge.read(42);
  edge.kill(edge.live_lookup);
  CHECK(answered->slug() == "storage-unavailable");
  auto after = edge.read(42);
  CHECK(after->slug() == "storage-unavailable");
  CHECK(after->count == 1);
}

TEST_CASE("a write is answered with its result") {
  Edge edge;
  auto created = edge.serve(creating());
  REQUIRE(edge.script->writes.size() == 1);
  CHECK(edge.script->writes[0].first.deadline == edge.world.in(seconds{2}));
  edge.reply(edge.script->writes, actors::WriteUserReply{user(1)});
  CHECK(created->response.status == 201);
  CHECK(created->has("Location: /users/1"));
  auto renamed = edge.serve(renaming(1));
  edge.reply(edge.script->writes, actors::WriteUserReply{user(1, 2)});
  CHECK(renamed->response.status == 200);
  auto removed = edge.serve(Change{DeleteUser{id(1)}});
  edge.reply(edge.script->writes, actors::WriteUserReply{UserRef{}});
  CHECK(removed->response.status == 204);
  auto refused = edge.serve(creating());
  edge.reply(edge.script->writes,
             actors::WriteUserReply{tl::unexpected(Error{ErrorCode::email_taken, "taken"})});
  CHECK(refused->slug() == "email-taken");
}

TEST_CASE("a create with a key is answered as it is kept, and a repetition says that it is one") {
  Edge edge;
  const auto kept = std::make_shared<const KeptAnswer>(KeptAnswer{id(7), 299, "A: b\r\n", "text"});
  auto first = edge.serve(creating());
  edge.reply(edge.script->writes, actors::WriteUserReply{Changed(user(1), kept)});
  CHECK(first->response.status == 299);
  CHECK(first->response.fields == "A: b\r\n");
  CHECK(first->response.body == "text");
  auto again = edge.serve(creating());
  edge.reply(edge.script->writes, actors::WriteUserReply{Changed(nullptr, kept)});
  CHECK(again->response.status == 299);
  CHECK(again->response.fields == "A: b\r\nIdempotency-Replayed: true\r\n");
  CHECK(again->response.body == "text");
}

TEST_CASE("a write that the write sequencer refuses at its deadline is a 504") {
  Edge edge;
  auto answered = edge.serve(renaming(1));
  edge.world.advance(milliseconds{2'030});
  CHECK(answered->count == 0);
  edge.reply(edge.script->writes, actors::WriteUserReply{tl::unexpected(deadline_exceeded())});
  CHECK(answered->slug() == "deadline-exceeded");
}

TEST_CASE("a write without a reply has an unknown outcome, without Retry-After") {
  Edge edge;
  auto answered = edge.serve(renaming(1));
  edge.world.advance(milliseconds{2'040});
  CHECK(answered->count == 0);
  edge.world.advance(milliseconds{20});
  CHECK(answered->slug() == "outcome-unknown");
  CHECK(answered->response.fields.find("Retry-After") == std::string::npos);
  edge.reply(edge.script->writes, actors::WriteUserReply{user(1, 2)});
  CHECK(answered->count == 1);
}

TEST_CASE("a write whose sequencer ends is invalidated before it is answered as outcome-unknown") {
  Edge edge;
  auto answered = edge.serve(renaming(7));
  edge.kill(edge.live_sequencer);
  REQUIRE(edge.script->invalidations.size() == 1);
  CHECK(edge.script->invalidations[0].first.outcome_unknown == std::vector{id(7)});
  CHECK(answered->count == 0);
  edge.reply(edge.script->invalidations, actors::Invalidated{});
  CHECK(answered->count == 1);
  CHECK(answered->slug() == "outcome-unknown");
}

TEST_CASE("a create whose sequencer ends has no id to invalidate") {
  Edge edge;
  auto answered = edge.serve(creating());
  edge.kill(edge.live_sequencer);
  CHECK(edge.script->invalidations.empty());
  CHECK(answered->slug() == "outcome-unknown");
}

TEST_CASE("a write whose sequencer ends is answered also where the invalidation feed ends too") {
  Edge edge;
  auto answered = edge.serve(renaming(7));
  edge.kill(edge.live_sequencer);
  edge.kill(edge.live_feed);
  CHECK(answered->slug() == "outcome-unknown");
}

TEST_CASE("a write that reached no write sequencer is answered as not applied") {
  Edge edge;
  edge.kill(edge.live_sequencer);
  auto answered = edge.serve(renaming(7));
  CHECK(answered->slug() == "storage-unavailable");
  CHECK(answered->has("Retry-After: 1"));
  CHECK(edge.script->invalidations.empty());
}

TEST_CASE("a gateway that ends answers each of its open requests once") {
  Edge edge;
  auto read = edge.read(1);
  auto write = edge.serve(renaming(1));
  edge.kill(edge.gateway);
  CHECK(read->count == 1);
  CHECK(read->slug() == "storage-unavailable");
  CHECK(write->count == 1);
  CHECK(write->slug() == "outcome-unknown");
  CHECK(edge.state->stats.in_flight == 0);
  auto after = edge.read(1);
  CHECK(after->count == 1);
  CHECK(after->slug() == "storage-unavailable");
}

TEST_CASE("a gateway keeps a timer only while requests are open") {
  Edge edge;
  CHECK(edge.world.clock().idle());
  edge.read(1);
  CHECK_FALSE(edge.world.clock().idle());
  edge.reply(edge.script->finds, actors::FindUserReply{{user(1)}});
  edge.world.advance(milliseconds{10});
  CHECK(edge.world.clock().idle());
}

TEST_CASE("a gateway with nothing in flight is drained at once") {
  Edge edge;
  auto drained = edge.world.ask(edge.gateway, http::Drain{});
  CHECK(drained->reply);
  CHECK(edge.state->draining);
}

TEST_CASE("a gateway is drained when its last request is answered and written") {
  Edge edge;
  auto answered = edge.read(1);
  auto drained = edge.world.ask(edge.gateway, http::Drain{});
  CHECK(edge.state->draining);
  edge.world.advance(milliseconds{100});
  CHECK(drained->open());
  edge.state->stats.unsent = 1;
  edge.reply(edge.script->finds, actors::FindUserReply{{user(1)}});
  CHECK(answered->response.status == 200);
  edge.world.advance(milliseconds{100});
  CHECK(drained->open());
  edge.state->stats.unsent = 0;
  edge.world.advance(milliseconds{10});
  CHECK(drained->reply);
}

}  // namespace
}  // namespace rollcall::tests
