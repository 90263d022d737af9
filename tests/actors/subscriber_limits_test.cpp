// The clients of GET /events: those that do not read, those that are too many, and their ends.
#include "tests/support/actors/following.hpp"

namespace rollcall::tests {
namespace {

TEST_CASE("a client that does not take its events is closed, and the others get theirs") {
  Following following(9, 1'000);
  auto slow = following.follow_from(40);
  auto quick = following.follow_from(40);
  following.tell_position(40);
  slow->output->sleeps = true;
  std::int64_t last = 40;
  while (!slow->output->ended && last < 100) {
    following.tell(changes_read(last, last + 1));
    ++last;
  }
  CHECK(slow->output->ended);
  CHECK(last > 45);  // as many as fit
  CHECK(quick->output->text() == http::position_text(40) + events(41, last));
  CHECK(following.state->stats.too_slow == 1);
  CHECK(following.state->stats.subscribers == 1);
}

TEST_CASE("a part that is larger than the limit is sent to a client that has taken all") {
  Following following(9, 1'000);
  auto client = following.follow_from(40);
  following.tell_position(40);
  following.tell(changes_read(40, 90));
  CHECK_FALSE(client->output->ended);
  CHECK(client->output->text() == http::position_text(40) + events(41, 90));
}

TEST_CASE("where much is buffered for clients, those that do not take their events are closed") {
  Following following;
  auto slow = following.follow_from(40);
  auto quick = following.follow_from(40);
  following.tell_position(40);
  slow->output->sleeps = true;
  following.tell(changes_read(40, 41));
  CHECK_FALSE(slow->output->ended);
  following.state->max_buffered = 100;
  following.tell(changes_read(41, 42));
  CHECK(slow->output->ended);
  CHECK_FALSE(quick->output->ended);
}

TEST_CASE("the bytes of events count as buffered once, while any client has them to take") {
  Following following;
  auto first = following.follow_from(40);
  auto second = following.follow_from(40);
  following.tell_position(40);
  first->output->parts.clear();
  second->output->parts.clear();
  const auto before = following.state->stats.buffered;
  following.tell(changes_read(40, 42));
  CHECK(following.state->stats.buffered == before + events(41, 42).size());
  first->output->parts.clear();
  CHECK(following.state->stats.buffered == before + events(41, 42).size());
  second->output->parts.clear();
  CHECK(following.state->stats.buffered == before);
}

TEST_CASE("one subscriber too many is refused until another one is gone") {
  Following following(2);
  auto first = following.follow_from(40);
  following.follow_from(40);
  auto refused = following.follow({40});
  CHECK(refused->answered->slug() == "overloaded");
  CHECK(refused->answered->has("Retry-After: 1"));
  CHECK(following.state->stats.subscribers == 2);
  first->output->close();
  auto next = following.follow_from(40);
  CHECK(next->output);
  CHECK(following.state->stats.subscribers == 2);
}

TEST_CASE("the answer to HEAD is that of GET without a stream, and takes no place") {
  Following following(1);
  auto client = following.follow({40}, true);
  following.log(end_of_log(40));
  CHECK(client->answered->response.status == 200);
  CHECK(following.state->stats.subscribers == 0);
  CHECK(following.follow_from(40)->output);
}

TEST_CASE("the first subscriber of a loop wakes the change reader") {
  Following following;
  auto first = following.follow_from(40);
  CHECK(*following.woken == 1);
  auto second = following.follow_from(40);
  CHECK(*following.woken == 1);
  first->output->close();
  second->output->close();
  following.follow_from(40);
  CHECK(*following.woken == 2);
}

TEST_CASE("the streams end when the daemon stops, and those that have not begun are refused") {
  Following following;
  auto client = following.follow_from(40);
  auto waiting = following.follow({40});
  following.world.ask(following.gateway, http::Drain{});
  CHECK(client->output->ended);
  CHECK(waiting->answered->slug() == "shutting-down");
  CHECK(waiting->answered->response.close);
  following.log(end_of_log(40));
  CHECK(waiting->answered->count == 1);
}

TEST_CASE("the streams of a gateway end with it") {
  Following following;
  auto client = following.follow_from(40);
  auto waiting = following.follow({40});
  following.kill(following.gateway);
  CHECK(client->output->ended);
  CHECK(waiting->answered->slug() == "storage-unavailable");
  CHECK(*following.options.count == 0);
  CHECK(following.state->stats.subscribers == 0);
}

TEST_CASE("many streams that end leave nothing behind") {
  Following following;
  for (int i = 0; i < 100; ++i) following.follow_from(40)->output->close();
  CHECK(following.state->stats.subscribers == 0);
  following.world.advance(http::Subscribers::comment_interval);
  CHECK(following.world.clock().idle());
}

TEST_CASE("few pages of the log are read for subscribers at a time") {
  Following following;
  for (int i = 0; i < 6; ++i) following.follow({40});
  CHECK(following.script->changes.size() == http::Subscribers::reads_at_store);
  following.log(end_of_log(40));
  CHECK(following.script->changes.size() == http::Subscribers::reads_at_store);
}

}  // namespace
}  // namespace rollcall::tests
