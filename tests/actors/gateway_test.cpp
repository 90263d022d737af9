// A gateway between clients that are recorded and actors that the test answers for.
#include "http/api/gateway.hpp"

#include <utility>
#include <vector>

#include "actors/directory/failures.hpp"
#include "actors/runtime/proxy.hpp"
#include "tests/support/actors/actor_world.hpp"
#include "tests/support/actors/scripted_peers.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/http/request.hpp"

namespace rollcall::tests {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

UserId id(std::int64_t number) { return UserId::from(number).value(); }

UserRef user(std::int64_t number, std::int64_t version = 1) {
  return std::make_shared<const User>(User{id(number), UserName::parse("Ada").value(), std::nullopt,
                                           version, Timestamp{}, Timestamp{}});
}

Change renaming(std::int64_t number) {
  return PatchUser{id(number), UserName::parse("Eve").value(), std::nullopt};
}

Change creating() { return CreateUser{UserName::parse("Ada").value(), std::nullopt}; }

struct Edge {
  ActorWorld world;
  ScriptRef script = std::make_shared<Script>();
  std::shared_ptr<http::Traffic> traffic = std::make_shared<http::Traffic>();
  actors::Address<actors::DirectoryHandle> directory{world.system(), world.loop()};
  actors::Address<actors::RegistrarHandle> registrar{world.system(), world.loop()};
  actors::Address<actors::FeedHandle> feed{world.system(), world.loop()};
  actors::DirectoryHandle live_directory;
  actors::RegistrarHandle live_registrar;
  actors::FeedHandle live_feed;
  http::GatewayHandle gateway;

  Edge() {
    live_directory = world.spawn_as<ScriptedDirectory>(directory.follow({"directory"}), script);
    live_registrar = world.spawn_as<ScriptedRegistrar>(registrar.follow({"registrar"}), script);
    live_feed = world.spawn_as<ScriptedFeed>(feed.follow({"feed"}), script);
    http::GatewayPeers peers{directory.handle(), registrar.handle(), feed.handle()};
    gateway = world.spawn<http::Gateway>(peers, traffic);
    world.settle();
  }

  AnsweredRef serve(http::Operation operation, milliseconds limit = seconds{2}) {
    auto answered = std::make_shared<Answered>();
    caf::anon_send(gateway,
                   http::Serve{std::make_shared<http::Exchange>(
                       recorded(answered), std::move(operation), world.in(limit), traffic)});
    world.settle();
    return answered;
  }
  AnsweredRef read(std::int64_t number, Precondition precondition = {}) {
    return serve(http::ReadUser{id(number), false, std::move(precondition)});
  }
  template <class Handle>
  void kill(const Handle& handle) {
    caf::anon_send_exit(handle, caf::exit_reason::kill);
    world.settle();
  }
  template <class Queue, class Reply>
  void reply(Queue& queue, Reply with) {
    REQUIRE_FALSE(queue.empty());
    auto answer = std::move(queue.front().second);
    queue.pop_front();
    answer.deliver(std::move(with));
    world.settle();
  }
};

TEST_CASE("a user that the directory finds is answered once") {
  Edge edge;
  auto answered = edge.read(42);
  REQUIRE(edge.script->finds.size() == 1);
  CHECK(edge.script->finds[0].first.id == id(42));
  CHECK(edge.script->finds[0].first.deadline == edge.world.in(seconds{2}));
  CHECK(answered->count == 0);
  CHECK(edge.traffic->in_flight == 1);
  edge.reply(edge.script->finds, actors::FindUserReply{{user(42, 3)}});
  CHECK(answered->count == 1);
  CHECK(answered->response.status == 200);
  CHECK(answered->has("ETag: \"3\""));
  CHECK(answered->json()["id"] == 42);
  CHECK(edge.traffic->in_flight == 0);
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

TEST_CASE("a user that is given away stale says how old it is, and why") {
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

TEST_CASE("a page is asked of the directory") {
  Edge edge;
  auto answered = edge.serve(http::ReadPage{id(7), 1});
  REQUIRE(edge.script->lists.size() == 1);
  CHECK(edge.script->lists[0].first.after == id(7));
  CHECK(edge.script->lists[0].first.limit == 1);
  edge.reply(edge.script->lists, actors::ListUsersReply{UserPage{{user(8)}, true}});
  CHECK(answered->json()["next"] == "/users?limit=1&after=8");
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

TEST_CASE("a read that a directory took with it is a 503") {
  Edge edge;
  auto answered = edge.read(42);
  auto page = edge.serve(http::ReadPage{std::nullopt, 50});
  edge.kill(edge.live_directory);
  CHECK(answered->slug() == "storage-unavailable");
  CHECK(page->slug() == "storage-unavailable");
  auto after = edge.read(42);
  CHECK(after->slug() == "storage-unavailable");
  CHECK(after->count == 1);
}

TEST_CASE("a write answers with what became of the user") {
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

TEST_CASE("a write that the registrar refuses at its deadline is a 504") {
  Edge edge;
  auto answered = edge.serve(renaming(1));
  edge.world.advance(milliseconds{2'030});
  CHECK(answered->count == 0);
  edge.reply(edge.script->writes,
             actors::WriteUserReply{tl::unexpected(actors::deadline_exceeded())});
  CHECK(answered->slug() == "deadline-exceeded");
}

TEST_CASE("a write of which nothing is heard is an unknown outcome, without Retry-After") {
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

TEST_CASE("a write that the registrar took with it is forgotten before its outcome is unknown") {
  Edge edge;
  auto answered = edge.serve(renaming(7));
  edge.kill(edge.live_registrar);
  REQUIRE(edge.script->forgets.size() == 1);
  CHECK(edge.script->forgets[0].first.doubtful == std::vector{id(7)});
  CHECK(answered->count == 0);
  edge.reply(edge.script->forgets, actors::Forgotten{});
  CHECK(answered->count == 1);
  CHECK(answered->slug() == "outcome-unknown");
}

TEST_CASE("a create that the registrar took with it has no id to forget") {
  Edge edge;
  auto answered = edge.serve(creating());
  edge.kill(edge.live_registrar);
  CHECK(edge.script->forgets.empty());
  CHECK(answered->slug() == "outcome-unknown");
}

TEST_CASE("a lost write is answered also where the feed is lost with it") {
  Edge edge;
  auto answered = edge.serve(renaming(7));
  edge.kill(edge.live_registrar);
  edge.kill(edge.live_feed);
  CHECK(answered->slug() == "outcome-unknown");
}

TEST_CASE("a write that reached no registrar was surely not applied") {
  Edge edge;
  edge.kill(edge.live_registrar);
  auto answered = edge.serve(renaming(7));
  CHECK(answered->slug() == "storage-unavailable");
  CHECK(answered->has("Retry-After: 1"));
  CHECK(edge.script->forgets.empty());
}

TEST_CASE("a gateway that ends answers what it had under way, each once") {
  Edge edge;
  auto read = edge.read(1);
  auto write = edge.serve(renaming(1));
  edge.kill(edge.gateway);
  CHECK(read->count == 1);
  CHECK(read->slug() == "storage-unavailable");
  CHECK(write->count == 1);
  CHECK(write->slug() == "outcome-unknown");
  CHECK(edge.traffic->in_flight == 0);
  auto after = edge.read(1);
  CHECK(after->count == 1);
  CHECK(after->slug() == "storage-unavailable");
}

TEST_CASE("a gateway keeps a timer only while something is under way") {
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
  CHECK(edge.traffic->draining);
}

TEST_CASE("a gateway is drained when its last request is answered and written") {
  Edge edge;
  auto answered = edge.read(1);
  auto drained = edge.world.ask(edge.gateway, http::Drain{});
  CHECK(edge.traffic->draining);
  edge.world.advance(milliseconds{100});
  CHECK(drained->open());
  edge.traffic->unsent = 1;
  edge.reply(edge.script->finds, actors::FindUserReply{{user(1)}});
  CHECK(answered->response.status == 200);
  edge.world.advance(milliseconds{100});
  CHECK(drained->open());
  edge.traffic->unsent = 0;
  edge.world.advance(milliseconds{10});
  CHECK(drained->reply);
}

}  // namespace
}  // namespace rollcall::tests
