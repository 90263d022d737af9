// Pages: from the gateway to the page store and back.
#include "tests/support/actors/edge.hpp"

namespace rollcall::tests {
namespace {

TEST_CASE("a page is requested from the page store") {
  Edge edge;
  auto answered = edge.serve(PageQuery{id(7), 1});
  REQUIRE(edge.script->lists.size() == 1);
  CHECK(edge.script->lists[0].first.page.after == id(7));
  CHECK(edge.script->lists[0].first.page.limit == 1);
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
  auto answered = edge.serve(PageQuery{id(7), 1});
  edge.kill(edge.live_pages);
  CHECK(answered->count == 0);
  start_store();
  edge.world.advance(http::Gateway::retry_delay);
  REQUIRE(edge.script->lists.size() == 1);
  CHECK(edge.script->lists[0].first.page.after == id(7));
  edge.reply(edge.script->lists, actors::ListUsersReply{UserPage{{user(8)}, false}});
  CHECK(answered->response.status == 200);

  auto twice = edge.serve(PageQuery{std::nullopt, 1});
  edge.kill(edge.live_pages);
  start_store();
  edge.world.advance(http::Gateway::retry_delay);
  REQUIRE(edge.script->lists.size() == 1);
  edge.kill(edge.live_pages);
  CHECK(twice->slug() == "storage-unavailable");
}

}  // namespace
}  // namespace rollcall::tests
