// When a user lookup may serve from its cache, on a database that other nodes write too.
#include "tests/support/actors/lookup.hpp"
#include "tests/support/catch.hpp"

namespace rollcall::tests {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

struct SharedLookup : Lookup {
  SharedLookup() : Lookup(shared()) {}
  static actors::UserLookupOptions shared() {
    actors::UserLookupOptions options;
    options.shared = true;
    options.stale_if_error = seconds{60};
    return options;
  }

  void renew_lease(seconds time = seconds{2}) {
    caf::anon_send(lookup, actors::RenewLease{world.in(seconds{0}), world.in(time)});
    world.settle();
  }
  void revoke_lease() {
    caf::anon_send(lookup, actors::RevokeLease{});
    world.settle();
  }
  void go_down() { rows->down = true; }
  std::size_t reads() const { return rows->read.size(); }
};

template <class Asked>
std::optional<seconds> stale_for(const Asked& asked) {
  return asked->reply.value().value().stale_for;
}

TEST_CASE("a user lookup without a lease queries the database each time") {
  SharedLookup f;
  f.ask(4);
  CHECK(version(f.ask(4)) == 1);
  CHECK(f.reads() == 2);
}

TEST_CASE("a cached user is served while the lease is valid, and no longer") {
  SharedLookup f;
  f.ask(4);
  f.renew_lease(seconds{2});
  f.ask(4);
  CHECK(f.reads() == 1);
  f.world.advance(seconds{2});
  CHECK_FALSE(stale_for(f.ask(4)).has_value());
  CHECK(f.reads() == 2);
}

TEST_CASE("without a lease a request is not answered with a row that was read before it") {
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

TEST_CASE("after a row was served, no row that was cached before it is served") {
  SharedLookup f;
  f.ask(4);
  f.renew_lease();
  f.rows->hold = true;
  f.rows->users[id(4)] = make_user(4, 2);
  const auto first = f.world.ask(f.lookup, f.find(4, true));
  const auto second = f.world.ask(f.lookup, f.find(4, true));
  f.answer_read();  // the lookup of `first`, which that of `second` has superseded
  CHECK(version(first) == 2);
  CHECK(second->open());
  CHECK(version(f.ask(4)) == 2);
}

TEST_CASE("a revoked lease ends at once") {
  SharedLookup f;
  f.ask(4);
  f.renew_lease();
  f.revoke_lease();
  f.ask(4);
  CHECK(f.reads() == 2);
}

TEST_CASE("a cached user is served stale where the store reports the database as unavailable") {
  SharedLookup f;
  f.ask(4);
  f.renew_lease();
  f.revoke_lease();
  f.go_down();
  f.world.advance(milliseconds{7'900});
  const auto asked = f.ask(4);
  CHECK(version(asked) == 1);
  CHECK(stale_for(asked) == seconds{7});
}

TEST_CASE("without a cached user a lookup fails with storage_unavailable") {
  SharedLookup f;
  f.go_down();
  CHECK(failed_with(f.ask(4), ErrorCode::storage_unavailable));
}

TEST_CASE(
    "a cached user is served stale for stale_if_error after the last lease renewal, no longer") {
  SharedLookup f;
  f.ask(4);
  f.world.advance(seconds{30});
  f.renew_lease();
  f.go_down();
  f.world.advance(seconds{59});
  CHECK(stale_for(f.ask(4)) == seconds{59});
  f.world.advance(seconds{1});
  CHECK(failed_with(f.ask(4), ErrorCode::storage_unavailable));
}

TEST_CASE("a fresh lookup is never answered with a stale user") {
  SharedLookup f;
  f.ask(4);
  f.go_down();
  CHECK(failed_with(f.world.ask(f.lookup, f.find(4, true)), ErrorCode::storage_unavailable));
  CHECK(version(f.ask(4)) == 1);  // a read that is not fresh is served
}

TEST_CASE("a silent database is waited for until half of the deadline, then the cache is served") {
  SharedLookup f;
  f.ask(4);
  f.rows->hold = true;
  const auto asked = f.ask(4);
  const auto fresh = f.world.ask(f.lookup, f.find(4, true));
  f.world.advance(milliseconds{990});
  CHECK(asked->open());
  f.world.advance(milliseconds{50});
  CHECK(stale_for(asked) == seconds{1});
  f.world.advance(seconds{1});
  CHECK(failed_with(fresh, ErrorCode::deadline_exceeded));
}

TEST_CASE("an invalidated user is not served stale") {
  SharedLookup f;
  f.ask(4);
  f.invalidate(4);
  f.go_down();
  CHECK(failed_with(f.ask(4), ErrorCode::storage_unavailable));
}

TEST_CASE("a fresh lookup that finds no user removes the cached one") {
  SharedLookup f;
  f.ask(4);
  f.renew_lease();
  f.rows->users.erase(id(4));
  CHECK(failed_with(f.world.ask(f.lookup, f.find(4, true)), ErrorCode::user_not_found));
  CHECK(failed_with(f.ask(4), ErrorCode::user_not_found));
}

TEST_CASE("where only this process writes, a cached user is never stale") {
  Lookup f;
  f.ask(4);
  f.rows->down = true;
  f.world.advance(seconds{3'600});
  CHECK_FALSE(stale_for(f.ask(4)).has_value());
}

}  // namespace
}  // namespace rollcall::tests
