// A user lookup on a fake store whose replies the test decides.
#pragma once

#include <vector>

#include "actors/directory/user_lookup.hpp"
#include "tests/support/actors/actor_world.hpp"
#include "tests/support/actors/fake_store.hpp"

namespace rollcall::tests {

using Batches = std::vector<std::vector<UserId>>;

struct Lookup {
  ActorWorld world;
  FakeRowsRef rows = std::make_shared<FakeRows>();
  std::vector<caf::strong_actor_ptr> stores;
  actors::Address<actors::ReadStoreHandle> store{world.system(), world.loop()};
  actors::UserLookupHandle lookup;

  explicit Lookup(actors::UserLookupOptions options = {}) {
    for (int number = 1; number <= 9; ++number) rows->users[id(number)] = make_user(number);
    start_store();
    lookup = world.spawn<actors::UserLookup>(options, store.handle());
    world.settle();
  }
  void start_store() { world.spawn_as<FakeReadStore>(store.follow({"fake store"}), rows); }
  actors::FindUser find(std::int64_t number, bool fresh = false) {
    return {id(number), world.in(std::chrono::seconds{2}), fresh};
  }
  auto ask(std::int64_t number) { return world.ask(lookup, find(number)); }
  void invalidate(std::int64_t number) { world.ask(lookup, actors::Invalidate{{id(number)}}); }
  void answer_read() {
    rows->answer_read();
    world.settle();
  }
};

}  // namespace rollcall::tests
