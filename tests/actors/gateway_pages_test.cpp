// Pages: from the gateway to the page store and back.
#include "tests/support/actors/edge.hpp"

namespace rollcall::tests {
namespace {

http::ReadList page(std::int64_t after, int limit) {
  return {PageQuery{.after = ListPosition{{}, after}, .limit = limit}};
}

TEST_CASE("a page is requested from the page store") {
  Edge edge;
  auto answered = edge.serve(page(7, 1));
  REQUIRE(edge.script->lists.size() == 1);
  CHECK(edge.script->lists[0].first.list == page(7, 1).list);
  edge.reply(edge.script->lists, actors::ListUsersReply{UserPage{{user(8)}, true}});
  CHECK(answered->json()["next"] == "/users?limit=1&after=8");
}

TEST_CASE("a page whose store ends is requested once more, and a second time it is a 503") {
  Edge edge;
  const auto start_store = [&] {
    edge.live_pages =
        edge.world.spawn_as<ScriptedPages>(edge.pages.follow({"store-pages"}), edge.script);
    edge.world.settle();
  };
  auto answered = edge.serve(page(7, 1));
  edge.kill(edge.live_pages);
  CHECK(answered->count == 0);
  start_store();
  edge.world.advance(http::Gateway::retry_delay);
  REQUIRE(edge.script->lists.size() == 1);
  CHECK(edge.script->lists[0].first.list == page(7, 1).list);
  edge.reply(edge.script->lists, actors::ListUsersReply{UserPage{{user(8)}, false}});
  CHECK(answered->response.status == 200);

  auto twice = edge.serve(page(0, 1));
  edge.kill(edge.live_pages);
  start_store();
  edge.world.advance(http::Gateway::retry_delay);
  REQUIRE(edge.script->lists.size() == 1);
  edge.kill(edge.live_pages);
  CHECK(twice->slug() == "storage-unavailable");
}

TEST_CASE("few pages are with the store at a time, by their limits; the others follow in order") {
  Edge edge;
  std::vector<AnsweredRef> answers;
  for (std::int64_t i = 1; i <= 6; ++i) answers.push_back(edge.serve(page(i, 500)));
  CHECK(edge.script->lists.size() == 3);  // 516 users each, of 2,048
  edge.serve(page(7, 1));                 // does not overtake
  CHECK(edge.script->lists.size() == 3);
  for (std::int64_t i = 1; i <= 7; ++i) {
    REQUIRE_FALSE(edge.script->lists.empty());
    const auto& list = std::get<PageQuery>(edge.script->lists.front().first.list);
    CHECK(list.after == ListPosition{{}, i});
    edge.reply(edge.script->lists, actors::ListUsersReply{UserPage{{user(8)}, false}});
  }
  for (const auto& answered : answers) CHECK(answered->response.status == 200);
  for (int i = 0; i < 121; ++i) edge.serve(page(0, 1));
  CHECK(edge.script->lists.size() == 120);
}

TEST_CASE("a page that is expired before its turn is not requested, and takes no turn") {
  Edge edge;
  for (std::int64_t i = 1; i <= 3; ++i) edge.serve(page(i, 500), std::chrono::seconds{9});
  auto expired = edge.serve(page(4, 500), std::chrono::seconds{1});
  auto next = edge.serve(page(5, 500), std::chrono::seconds{9});
  edge.world.advance(std::chrono::seconds{2});
  CHECK(expired->slug() == "deadline-exceeded");
  edge.reply(edge.script->lists, actors::ListUsersReply{UserPage{{user(8)}, false}});
  REQUIRE(edge.script->lists.size() == 3);
  CHECK(edge.script->lists.back().first.list == page(5, 500).list);
}

TEST_CASE("pages that are lost with their store make room for others") {
  Edge edge;
  std::vector<AnsweredRef> answers;
  for (std::int64_t i = 1; i <= 6; ++i) answers.push_back(edge.serve(page(i, 500)));
  edge.kill(edge.live_pages);
  edge.world.advance(http::Gateway::retry_delay);
  for (const auto& answered : answers) CHECK(answered->slug() == "storage-unavailable");
  edge.live_pages =
      edge.world.spawn_as<ScriptedPages>(edge.pages.follow({"store-pages"}), edge.script);
  edge.world.settle();
  for (std::int64_t i = 1; i <= 6; ++i) edge.serve(page(i, 500));
  CHECK(edge.script->lists.size() == 3);
}

TEST_CASE("a request that expires early does not hide how long the others wait") {
  Edge edge;
  const auto wait = [&] { return edge.state->queue(http::RequestKind::write).wait.count(); };
  auto patient = edge.serve(renaming(1), std::chrono::seconds{9});
  for (int i = 0; i < 8; ++i) {
    edge.serve(renaming(2), std::chrono::milliseconds{20});
    auto impatient = std::move(edge.script->writes.back().second);
    edge.script->writes.pop_back();
    impatient.deliver(tl::unexpected(deadline_exceeded()));
    edge.world.settle();
    edge.world.advance(std::chrono::milliseconds{100});
  }
  CHECK(wait() == 800);
  CHECK(patient->count == 0);
}

TEST_CASE("the gateway measures how long requests of a kind wait") {
  Edge edge;
  const auto wait = [&](http::RequestKind kind) { return edge.state->queue(kind).wait.count(); };
  edge.serve(page(1, 1), std::chrono::seconds{9});
  edge.serve(page(2, 1), std::chrono::seconds{9});
  auto other = edge.read(1);
  edge.world.advance(std::chrono::milliseconds{700});
  CHECK(wait(http::RequestKind::page) == 700);
  CHECK(wait(http::RequestKind::lookup) == 700);
  CHECK(wait(http::RequestKind::write) == 0);
  edge.serve(page(3, 1), std::chrono::seconds{9});
  edge.reply(edge.script->lists, actors::ListUsersReply{UserPage{{user(8)}, false}});
  edge.world.advance(std::chrono::milliseconds{100});
  CHECK(wait(http::RequestKind::page) > 700);
  edge.reply(edge.script->lists, actors::ListUsersReply{UserPage{{user(8)}, false}});
  edge.reply(edge.script->lists, actors::ListUsersReply{UserPage{{user(8)}, false}});
  edge.world.advance(std::chrono::milliseconds{100});
  CHECK(wait(http::RequestKind::page) == 0);
  CHECK(wait(http::RequestKind::lookup) == 900);
  CHECK(other->count == 0);
}

TEST_CASE("a page whose total is asked for is answered once the users are counted") {
  Edge edge;
  auto read = page(7, 1);
  read.count = true;
  std::get<PageQuery>(read.list).filter.active = true;
  auto answered = edge.serve(read);
  edge.reply(edge.script->lists, actors::ListUsersReply{UserPage{{user(8)}, false}});
  REQUIRE(edge.script->counts.size() == 1);
  CHECK(edge.script->counts[0].first.filter == UserFilter{.active = true});
  CHECK(answered->count == 0);
  edge.reply(edge.script->counts, actors::CountUsersReply{12'000});
  CHECK(answered->json()["total"] == 12'000);
  CHECK(answered->json()["users"].size() == 1);
}

TEST_CASE("a count that fails is told instead of the page") {
  Edge edge;
  auto read = page(7, 1);
  read.count = true;
  auto answered = edge.serve(read);
  edge.reply(edge.script->lists, actors::ListUsersReply{UserPage{{user(8)}, false}});
  edge.reply(edge.script->counts, actors::CountUsersReply(tl::unexpected(deadline_exceeded())));
  CHECK(answered->slug() == "deadline-exceeded");
}

TEST_CASE("a list of ids counts for the store with its users, a key with one") {
  Edge edge;
  UserIds ids;
  for (std::int64_t i = 1; i <= 1'000; ++i) ids.push_back(id(i));
  for (int i = 0; i < 3; ++i) edge.serve(http::ReadList{ids});
  CHECK(edge.script->lists.size() == 2);
  edge.reply(edge.script->lists, actors::ListUsersReply{});
  edge.reply(edge.script->lists, actors::ListUsersReply{});
  edge.reply(edge.script->lists, actors::ListUsersReply{});
  for (int i = 0; i < 121; ++i) edge.serve(http::ReadList{UserKey{}});
  CHECK(edge.script->lists.size() == 120);
}

}  // namespace
}  // namespace rollcall::tests
