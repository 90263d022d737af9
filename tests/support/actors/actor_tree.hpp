// The supervisors `storage` and `lookup` with their children, as in the daemon, but with fake
// stores, in one ActorWorld.
#pragma once

#include <utility>
#include <vector>

#include "actors/directory/invalidation_feed.hpp"
#include "actors/directory/tree.hpp"
#include "tests/support/actors/actor_world.hpp"
#include "tests/support/actors/fake_store.hpp"
#include "tests/support/catch.hpp"

namespace rollcall::tests {

/// Has two user lookups, as a daemon with two loops, and the users 1 to 9.
struct ActorTree {
  ActorWorld world;
  FakeRowsRef rows = std::make_shared<FakeRows>();
  std::vector<actors::Loop*> http{&world.loop(), &world.loop()};
  actors::Address<actors::ReadStoreHandle> read_store{world.system(), world.loop()};
  actors::Address<actors::WriteStoreHandle> write_store{world.system(), world.loop()};
  actors::Addresses addresses{
      world.system(),
      world.loop(),
      {{read_store.handle(), read_store.handle()}, read_store.handle(), write_store.handle()},
      http};
  actors::SupervisorHandle root;

  /// `with_lookup` false: as in a start of the daemon, before the branch `lookup` is started.
  explicit ActorTree(actors::WriteSequencerOptions sequencer = {}, bool with_lookup = true) {
    for (int number = 1; number <= 9; ++number) rows->users[id(number)] = make_user(number);
    actors::SupervisorOptions options;
    options.seed = 1;
    options.strategy = actors::Strategy::rest_for_one;
    auto storage = actors::storage_branch(
        addresses, world.loop(), options, sequencer,
        {actors::child<FakeReadStore>("store-read", world.loop(), read_store, rows)},
        actors::child<FakeWriteStore>("store-write", world.loop(), write_store, rows));
    auto lookup = actors::lookup_branch(
        addresses, world.loop(), http, options, {},
        actors::child<actors::InvalidationFeed>("invalidation-feed", world.loop(), addresses.feed,
                                                addresses.user_lookup_handles()));
    std::vector branches{storage};
    if (with_lookup) branches.push_back(lookup);
    root = world.spawn_as<actors::Supervisor>(actors::Lifecycle{"root"}, options, branches);
    world.settle();
  }

  auto find_later(std::int64_t number, std::size_t lookup = 0) {
    return world.ask_later(addresses.user_lookups[lookup].handle(),
                           actors::FindUser{id(number), world.in(std::chrono::seconds{2}), false});
  }
  auto find(std::int64_t number, std::size_t lookup = 0) {
    auto asked = find_later(number, lookup);
    world.settle();
    return asked;
  }
  /// Requests a change and runs the world; time stands still.
  auto write(Change change, std::chrono::milliseconds limit = std::chrono::seconds{2}) {
    return world.ask(addresses.sequencer.handle(),
                     actors::WriteUser{std::move(change), world.in(limit)});
  }
  auto rename(std::int64_t number) { return write(renaming(number)); }
  static Change renaming(std::int64_t number) {
    return PatchUser{id(number), {UserName::parse("Renamed").value(), std::nullopt}};
  }

  /// The running child of this name, of either branch; null where none runs.
  caf::strong_actor_ptr child(const std::string& name) {
    for (const auto& branch : {addresses.storage, addresses.lookup}) {
      auto children = world.ask(branch.handle(), actors::WhichChildren{});
      if (!children->reply) continue;
      for (const auto& child : *children->reply) {
        if (child.name == name) return child.actor;
      }
    }
    return nullptr;
  }
  /// Ends a child as a bug in it would; fails the test where it does not run.
  void kill(const std::string& name) {
    const auto running = child(name);
    REQUIRE(running);
    caf::anon_send_exit(running, caf::exit_reason::kill);
  }
};

}  // namespace rollcall::tests
