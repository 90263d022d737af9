// A directory of a database that other nodes write too: what it may say from its cache, and when.
#include "tests/support/actors/lookup.hpp"
#include "tests/support/catch.hpp"

namespace rollcall::tests {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

struct SharedLookup : Lookup {
  SharedLookup() : Lookup(shared()) {}
  static actors::DirectoryOptions shared() {
    actors::DirectoryOptions options;
    options.shared = true;
    options.stale_if_error = seconds{60};
    return options;
  }

  void vouch(seconds time = seconds{2}) {
    caf::anon_send(directory, actors::Vouch{world.in(seconds{0}), world.in(time)});
    world.settle();
  }
  void distrust() {
    caf::anon_send(directory, actors::Distrust{});
    world.settle();
  }
  void go_down() { rows->down = true; }
  std::size_t reads() const { return rows->read.size(); }
};

template <class Asked>
std::optional<seconds> stale_for(const Asked& asked) {
  return asked->reply.value().value().stale_for;
}

TEST_CASE("a directory that nobody vouches for asks the database each time") {
  SharedLookup f;
  f.ask(4);
  CHECK(version(f.ask(4)) == 1);
  CHECK(f.reads() == 2);
}

TEST_CASE("a kept user is an answer while the feed vouches for it, and no longer") {
  SharedLookup f;
  f.ask(4);
  f.vouch(seconds{2});
  f.ask(4);
  CHECK(f.reads() == 1);
  f.world.advance(seconds{2});
  CHECK_FALSE(stale_for(f.ask(4)).has_value());
  CHECK(f.reads() == 2);
}

TEST_CASE("who asks when nobody vouches is not given a row that was read before") {
  SharedLookup f;
  f.rows->hold = true;
  const auto before = f.ask(4);
  f.rows->users[id(4)] = make_user(4, 2);
  const auto after = f.ask(4);
  f.answer_read();
  CHECK(version(before) == 1);
  REQUIRE(after->open());
  f.answer_read();
  CHECK(version(after) == 2);
}

TEST_CASE("a row that was an answer is followed by none that was kept before it") {
  SharedLookup f;
  f.ask(4);
  f.vouch();
  f.rows->hold = true;
  f.rows->users[id(4)] = make_user(4, 2);
  const auto first = f.world.ask(f.directory, f.find(4, true));
  const auto second = f.world.ask(f.directory, f.find(4, true));
  f.answer_read();  // the first one's, whose flight the second one has sealed
  CHECK(version(first) == 2);
  CHECK(second->open());
  CHECK(version(f.ask(4)) == 2);
}

TEST_CASE("trust ends at once when the feed is lost") {
  SharedLookup f;
  f.ask(4);
  f.vouch();
  f.distrust();
  f.ask(4);
  CHECK(f.reads() == 2);
}

TEST_CASE("a kept user is given away stale where the store knows that the database is gone") {
  SharedLookup f;
  f.ask(4);
  f.vouch();
  f.distrust();
  f.go_down();
  f.world.advance(milliseconds{7'900});
  const auto asked = f.ask(4);
  CHECK(version(asked) == 1);
  CHECK(stale_for(asked) == seconds{7});
}

TEST_CASE("who has nothing kept is told that the database is gone") {
  SharedLookup f;
  f.go_down();
  CHECK(failed_with(f.ask(4), ErrorCode::storage_unavailable));
}

TEST_CASE("a kept user is given away for stale_if_error after the last proof, and no longer") {
  SharedLookup f;
  f.ask(4);
  f.world.advance(seconds{30});
  f.vouch();
  f.go_down();
  f.world.advance(seconds{59});
  CHECK(stale_for(f.ask(4)) == seconds{59});
  f.world.advance(seconds{1});
  CHECK(failed_with(f.ask(4), ErrorCode::storage_unavailable));
}

TEST_CASE("who asks for a fresh user is never given a stale one") {
  SharedLookup f;
  f.ask(4);
  f.go_down();
  CHECK(failed_with(f.world.ask(f.directory, f.find(4, true)), ErrorCode::storage_unavailable));
  CHECK(version(f.ask(4)) == 1);  // who did not, still is
}

TEST_CASE(
    "a silent database is waited for until half of the deadline, then the kept user is told") {
  SharedLookup f;
  f.ask(4);
  f.rows->hold = true;
  const auto asked = f.ask(4);
  const auto fresh = f.world.ask(f.directory, f.find(4, true));
  f.world.advance(milliseconds{990});
  CHECK(asked->open());
  f.world.advance(milliseconds{50});
  CHECK(stale_for(asked) == seconds{1});
  f.world.advance(seconds{1});
  CHECK(failed_with(fresh, ErrorCode::deadline_exceeded));
}

TEST_CASE("what was forgotten is not given away stale") {
  SharedLookup f;
  f.ask(4);
  f.forget(4);
  f.go_down();
  CHECK(failed_with(f.ask(4), ErrorCode::storage_unavailable));
}

TEST_CASE("a fresh look that finds nobody ends what was kept") {
  SharedLookup f;
  f.ask(4);
  f.vouch();
  f.rows->users.erase(id(4));
  CHECK(failed_with(f.world.ask(f.directory, f.find(4, true)), ErrorCode::user_not_found));
  CHECK(failed_with(f.ask(4), ErrorCode::user_not_found));
}

TEST_CASE("where this process alone writes, a kept user is never stale") {
  Lookup f;
  f.ask(4);
  f.rows->down = true;
  f.world.advance(seconds{3'600});
  CHECK_FALSE(stale_for(f.ask(4)).has_value());
}

}  // namespace
}  // namespace rollcall::tests
