// The clients of GET /events: from the log and the change reader to their streams.
#include "tests/support/actors/following.hpp"

namespace rollcall::tests {
namespace {

using http::Subscribers;

TEST_CASE("a stream begins with the position of its client, and the events behind it") {
  Following following;
  auto client = following.follow({40});
  REQUIRE(following.script->changes.size() == 1);
  CHECK(following.script->changes[0].first.query.after == 40);
  CHECK(client->answered->count == 0);
  following.log(page_of_changes(41, 42));
  CHECK(client->answered->response.status == 200);
  CHECK(client->answered->response.content_type == "text/event-stream");
  CHECK(client->answered->response.close);
  CHECK(client->answered->has("Cache-Control: no-store"));
  CHECK(client->answered->has("X-Accel-Buffering: no"));
  CHECK(client->output->text() == http::position_text(40) + events(41, 42));
}

TEST_CASE("a stream without a position begins at the end of the log") {
  Following following;
  auto client = following.follow();
  CHECK(following.script->changes[0].first.query.after == std::nullopt);
  following.log(end_of_log(40));
  CHECK(client->output->text() == http::position_text(40));
  following.tell_position(40);
  following.tell(changes_read(40, 41));
  CHECK(client->output->text() == http::position_text(40) + events(41, 41));
}

TEST_CASE("subscribers at one position are sent the same bytes, and read no log") {
  Following following;
  auto first = following.follow_from(40);
  auto second = following.follow_from(40);
  following.tell_position(40);
  following.tell(changes_read(40, 43));
  CHECK(first->output->parts.back() == second->output->parts.back());
  CHECK(*first->output->parts.back() == events(41, 43));
  CHECK(following.script->changes.empty());
  CHECK(following.state->stats.events == 6);
}

TEST_CASE("a subscriber that is ahead of the change reader gets nothing twice") {
  Following following;
  auto client = following.follow_from(40);
  following.tell_position(40);
  auto ahead = following.follow({40});
  following.log(page_of_changes(41, 42));
  following.tell(changes_read(40, 43));
  CHECK(ahead->output->text() == http::position_text(40) + events(41, 43));
  CHECK(client->output->text() == http::position_text(40) + events(41, 43));
}

TEST_CASE("a subscriber that is behind the change reader reads the log until it is not") {
  Following following;
  auto other = following.follow_from(40);
  following.tell_position(40);
  auto client = following.follow({40});
  following.tell(changes_read(40, 42));
  following.log(page_of_changes(41, 41));
  REQUIRE(following.script->changes.size() == 1);
  CHECK(following.script->changes[0].first.query.after == 41);
  following.tell(changes_read(42, 43));
  following.log(page_of_changes(42, 44));
  CHECK(following.script->changes.empty());
  following.tell(changes_read(43, 45));
  CHECK(client->output->text() == http::position_text(40) + events(41, 45));
}

TEST_CASE("a subscriber that is not where the change reader begins anew reads the log again") {
  Following following;
  auto client = following.follow_from(40);
  following.tell_position(42);
  REQUIRE(following.script->changes.size() == 1);
  following.log(page_of_changes(41, 42));
  following.tell(changes_read(42, 43));
  CHECK(client->output->text() == http::position_text(40) + events(41, 43));
  following.tell_position(20);  // an older log
  following.log(tl::unexpected(changes_expired(20)));
  CHECK(client->output->ended);
}

TEST_CASE("a subscriber in the past reads the next page once its client has taken the last") {
  Following following;
  following.follow_from(1'500);
  following.tell_position(1'500);
  auto client = following.follow({0});
  following.log(end_of_log(0));  // so that the stream begins
  REQUIRE(client->output);
  following.world.advance(Subscribers::retry_delay);
  client->output->sleeps = true;
  following.log(ChangesPage{changes(1, 500), 500});
  CHECK(following.script->changes.empty());
  client->output->drain();
  following.world.settle();
  REQUIRE(following.script->changes.size() == 1);
  CHECK(following.script->changes[0].first.query.after == 500);
  following.log(ChangesPage{changes(501, 1'000), 1'000});
  client->output->drain();
  following.world.settle();
  following.log(ChangesPage{changes(1'001, 1'500), 1'500});
  CHECK(client->output->text() == http::position_text(0) + events(1, 1'500));
  client->output->drain();
  following.world.settle();
  CHECK(following.script->changes.empty());
}

TEST_CASE("a stream of one user has the changes of this user, and the positions of all") {
  Following following;
  auto client = following.follow({40, 50, id(42)});
  CHECK(following.script->changes[0].first.query.user == id(42));
  following.log(end_of_log(40));
  following.tell_position(40);
  following.tell(changes_read(40, 43));
  CHECK(client->output->text() == http::position_text(40) + events(42, 42));
  following.tell(changes_read(43, 44));
  CHECK(client->output->text() == http::position_text(40) + events(42, 42));
  following.world.advance(Subscribers::comment_interval);
  CHECK(*client->output->parts.back() == http::position_text(44));
}

TEST_CASE("each stream gets a comment every 15 seconds, also while the log can't be read") {
  Following following;
  auto live = following.follow_from(40);
  following.tell_position(40);
  auto behind = following.follow({30});
  following.log(ChangesPage{changes(31, 31), 31});
  following.log(tl::unexpected(storage_unavailable()));
  following.world.advance(Subscribers::comment_interval);
  CHECK(*live->output->parts.back() == http::position_text(40));
  CHECK(*behind->output->parts.back() == http::event_comment);
  CHECK_FALSE(behind->output->ended);
}

TEST_CASE("a stream goes on when the log can be read again") {
  Following following;
  following.follow_from(40);
  following.tell_position(40);
  auto client = following.follow({38});
  following.log(ChangesPage{changes(39, 39), 39});
  following.log(tl::unexpected(storage_unavailable()));
  CHECK(following.script->changes.empty());
  following.world.advance(Subscribers::retry_delay);
  following.kill(following.live_pages);  // the store ends before it answers
  following.live_pages = following.world.spawn_as<ScriptedPages>(
      following.pages.follow({"store-pages"}), following.script);
  following.world.advance(Subscribers::retry_delay);
  following.log(page_of_changes(40, 40));
  CHECK(client->output->text() == http::position_text(38) + events(39, 40));
}

TEST_CASE("a position that the log has lost is 410 before the stream, and ends it later") {
  Following following;
  auto refused = following.follow({3});
  following.log(tl::unexpected(changes_expired(90)));
  CHECK(refused->answered->slug() == "changes-expired");
  following.follow_from(90);
  following.tell_position(90);
  auto client = following.follow({50});
  following.log(ChangesPage{changes(51, 60), 60});
  following.log(tl::unexpected(changes_expired(90)));
  CHECK(client->output->ended);
  CHECK(following.state->stats.subscribers == 1);
}

TEST_CASE("a database that can't be asked is told before the stream") {
  Following following;
  auto client = following.follow({3});
  following.log(tl::unexpected(storage_unavailable()));
  CHECK(client->answered->slug() == "storage-unavailable");
  auto late = following.follow({3});
  following.world.advance(std::chrono::seconds{2});
  CHECK(late->answered->slug() == "deadline-exceeded");
  following.log(end_of_log(3));
  CHECK(late->answered->count == 1);
  CHECK(following.state->stats.subscribers == 0);
  CHECK(*following.options.count == 0);
}

}  // namespace
}  // namespace rollcall::tests
