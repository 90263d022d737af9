// A user lookup on a fake store whose replies the test decides.
#include "actors/directory/user_lookup.hpp"

#include "tests/support/actors/lookup.hpp"
#include "tests/support/catch.hpp"

namespace rollcall::tests {
namespace {

using actors::Invalidate;
using actors::UserLookup;
using std::chrono::milliseconds;
using std::chrono::seconds;

TEST_CASE("a lookup returns the user, and the next one is answered from the cache") {
  Lookup f;
  CHECK(f.ask(4)->reply.value().value().user->id == id(4));
  CHECK(version(f.ask(4)) == 1);
  CHECK(f.rows->read == Batches{{id(4)}});
}

TEST_CASE("a missing user is user_not_found, and its absence is not cached") {
  Lookup f;
  CHECK(failed_with(f.ask(77), ErrorCode::user_not_found));
  f.rows->users[id(77)] = make_user(77);
  CHECK(version(f.ask(77)) == 1);
}

TEST_CASE("concurrent requests for one user share one in-flight lookup") {
  Lookup f;
  f.rows->hold = true;
  auto first = f.world.ask(f.lookup, f.find(4));
  auto second = f.world.ask(f.lookup, f.find(4));
  CHECK(f.rows->read.size() == 1);
  f.answer_read();
  CHECK(version(first) == 1);
  CHECK(version(second) == 1);
}

TEST_CASE("lookups that arrive together are sent in one batch") {
  Lookup f;
  for (int number : {1, 2, 3}) f.world.ask_later(f.lookup, f.find(number));
  f.world.settle();
  CHECK(f.rows->read == Batches{{id(1), id(2), id(3)}});
}

TEST_CASE("lookups queue while the store is busy, and no batch is larger than batch_max") {
  Lookup f({0, 3, 1});
  f.rows->hold = true;
  for (int number = 1; number <= 6; ++number) f.world.ask(f.lookup, f.find(number));
  CHECK(f.rows->read == Batches{{id(1)}});
  f.answer_read();
  CHECK(f.rows->read.back() == std::vector{id(2), id(3), id(4)});
  f.answer_read();
  CHECK(f.rows->read.back() == std::vector{id(5), id(6)});
}

TEST_CASE(
    "a lookup is refused if those before it wait for half of its time, a cached user is not") {
  Lookup f({9, 2, 1});
  CHECK(version(f.ask(9)) == 1);
  f.rows->hold = true;
  for (int number = 1; number <= 5; ++number) f.world.ask(f.lookup, f.find(number));
  f.world.advance(milliseconds{900});
  CHECK_FALSE(f.ask(6)->reply);
  f.world.advance(milliseconds{200});
  CHECK(failed_with(f.ask(7), ErrorCode::storage_unavailable));
  CHECK(version(f.ask(9)) == 1);
  CHECK_FALSE(f.ask(5)->reply);  // joins the lookup that waits
  CHECK_FALSE(f.world.ask(f.lookup, actors::FindUser{id(8), f.world.in(seconds{9})})->reply);
  for (int batch = 0; batch < 3; ++batch) f.answer_read();
  CHECK_FALSE(f.ask(7)->reply);
}

// The store has users 1 and 2 to find, and does not answer.
void start_batch_of_two(Lookup& f) {
  f.rows->hold = true;
  for (int number : {1, 2}) f.world.ask_later(f.lookup, f.find(number));
  f.world.settle();
}

TEST_CASE("a further batch is sent beside the one in flight once it is as large") {
  Lookup f({0, 256, 2});
  start_batch_of_two(f);
  f.world.ask(f.lookup, f.find(3));
  CHECK(f.rows->read == Batches{{id(1), id(2)}});
  f.world.ask(f.lookup, f.find(4));
  CHECK(f.rows->read.back() == std::vector{id(3), id(4)});
}

TEST_CASE("a lookup does not wait long for a batch to grow") {
  Lookup f({0, 256, 2});
  start_batch_of_two(f);
  f.world.ask(f.lookup, f.find(3));
  f.world.advance(UserLookup::sweep_interval);
  CHECK(f.rows->read.back() == std::vector{id(3)});
}

TEST_CASE("the cache is bounded and evicts the least recently used user") {
  Lookup f({2, 256, 2});
  for (int number : {1, 2, 1, 3}) f.ask(number);  // 2 is the oldest when 3 comes
  const auto before = f.rows->read.size();
  f.ask(1);
  f.ask(3);
  CHECK(f.rows->read.size() == before);
  f.ask(2);
  CHECK(f.rows->read.size() == before + 1);
}

TEST_CASE("a cache of no entries caches nothing") {
  Lookup f({0, 256, 2});
  f.ask(1);
  f.ask(1);
  CHECK(f.rows->read.size() == 2);
}

TEST_CASE("an invalidated user is read again") {
  Lookup f;
  f.ask(4);
  f.rows->users[id(4)] = make_user(4, 2);
  f.invalidate(4);
  CHECK(version(f.ask(4)) == 2);
}

TEST_CASE("a request made after an invalidation does not join a lookup that was already sent") {
  Lookup f;
  f.rows->hold = true;
  auto before = f.world.ask(f.lookup, f.find(4));
  f.rows->users[id(4)] = make_user(4, 2);
  f.invalidate(4);
  auto after = f.world.ask(f.lookup, f.find(4));
  CHECK(f.rows->read.size() == 2);
  f.answer_read();
  CHECK(version(before) == 1);
  CHECK(after->open());
  f.answer_read();
  CHECK(version(after) == 2);
}

TEST_CASE("the result of a superseded lookup is not cached, whichever of the two completes last") {
  Lookup f;
  f.rows->hold = true;
  f.world.ask(f.lookup, f.find(4));
  f.rows->users[id(4)] = make_user(4, 2);
  f.invalidate(4);
  f.world.ask(f.lookup, f.find(4));
  REQUIRE(f.rows->held_reads.size() == 2);
  std::swap(f.rows->held_reads[0], f.rows->held_reads[1]);
  f.answer_read();  // the new one
  f.answer_read();  // the superseded one
  f.rows->hold = false;
  CHECK(version(f.ask(4)) == 2);
}

TEST_CASE("a request made after an invalidation joins an unsent lookup: that reads the new row") {
  Lookup f({100, 256, 1});
  f.rows->hold = true;
  f.world.ask(f.lookup, f.find(1));  // occupies the store
  auto before = f.world.ask(f.lookup, f.find(4));
  f.invalidate(4);
  auto after = f.world.ask(f.lookup, f.find(4));
  f.rows->users[id(4)] = make_user(4, 2);
  f.answer_read();
  CHECK(f.rows->read.back() == std::vector{id(4)});
  f.answer_read();
  CHECK(version(before) == 2);
  CHECK(version(after) == 2);
}

TEST_CASE("a lookup of a user that is being created does not hide the creation") {
  Lookup f;
  f.rows->hold = true;
  auto before = f.world.ask(f.lookup, f.find(50));  // the store has the lookup, and found no row
  f.rows->users[id(50)] = make_user(50);
  f.invalidate(50);
  auto after = f.world.ask(f.lookup, f.find(50));
  f.answer_read();
  f.answer_read();
  CHECK(failed_with(before, ErrorCode::user_not_found));
  CHECK(version(after) == 1);
}

TEST_CASE("invalidating everything empties the cache and supersedes every in-flight lookup") {
  Lookup f;
  f.ask(1);
  f.rows->hold = true;
  f.world.ask(f.lookup, f.find(2));
  for (int number : {1, 2}) f.rows->users[id(number)] = make_user(number, 2);
  f.world.ask(f.lookup, Invalidate{{}, true});
  auto first = f.world.ask(f.lookup, f.find(1));
  auto second = f.world.ask(f.lookup, f.find(2));
  while (!f.rows->held_reads.empty()) f.answer_read();
  CHECK(version(first) == 2);
  CHECK(version(second) == 2);
}

TEST_CASE("a fresh lookup bypasses the cache and the in-flight lookups") {
  Lookup f;
  f.ask(4);
  f.rows->users[id(4)] = make_user(4, 2);
  CHECK(version(f.world.ask(f.lookup, f.find(4, true))) == 2);
  f.rows->hold = true;
  f.invalidate(4);
  f.world.ask(f.lookup, f.find(4));
  f.rows->users[id(4)] = make_user(4, 3);
  auto fresh = f.world.ask(f.lookup, f.find(4, true));
  f.answer_read();
  f.answer_read();
  CHECK(version(fresh) == 3);
}

TEST_CASE("a lookup whose deadline has passed is not executed") {
  Lookup f;
  auto late = f.world.ask(f.lookup, actors::FindUser{id(4), f.world.in(milliseconds{0})});
  CHECK(failed_with(late, ErrorCode::deadline_exceeded));
  CHECK(f.rows->read.empty());
}

TEST_CASE("a lookup that expires while it waits for the store is dropped unexecuted") {
  Lookup f({100, 256, 1});
  f.rows->hold = true;
  f.world.ask(f.lookup, f.find(1));
  auto waiting = f.world.ask(f.lookup, actors::FindUser{id(4), f.world.in(milliseconds{100})});
  f.world.advance(milliseconds{150});
  CHECK(failed_with(waiting, ErrorCode::deadline_exceeded));
  f.answer_read();
  CHECK(f.rows->read == Batches{{id(1)}});
}

TEST_CASE("a lookup whose store never answers fails with deadline_exceeded") {
  Lookup f;
  f.rows->hold = true;
  auto waiting = f.ask(1);
  f.world.advance(seconds{3});
  CHECK(failed_with(waiting, ErrorCode::deadline_exceeded));
}

TEST_CASE("reads whose store crashed are sent once more") {
  Lookup f;
  f.rows->crash_on_read = true;
  auto asked = f.ask(4);
  CHECK(asked->open());
  f.start_store();
  f.world.advance(UserLookup::retry_delay);
  CHECK(version(asked) == 1);
}

TEST_CASE("reads whose store crashes twice fail with storage_unavailable") {
  Lookup f;
  f.rows->crash_on_read = true;
  auto asked = f.ask(4);
  f.start_store();
  f.world.settle();
  f.rows->crash_on_read = true;
  f.world.advance(UserLookup::retry_delay);
  CHECK(failed_with(asked, ErrorCode::storage_unavailable));
}

TEST_CASE("without a running store a lookup fails with storage_unavailable at once") {
  Lookup f;
  f.rows->crash_on_read = true;
  f.ask(4);
  CHECK(failed_with(f.ask(5), ErrorCode::storage_unavailable));
}

}  // namespace
}  // namespace rollcall::tests
