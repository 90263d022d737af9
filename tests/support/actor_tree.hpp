// The storage and lookup branches as the daemon has them, over fake stores, in one world.
#pragma once

#include <utility>
#include <vector>

#include "actors/feed.hpp"
#include "actors/tree.hpp"
#include "tests/support/actor_world.hpp"
#include "tests/support/fake_store.hpp"

namespace rollcall::tests {

/// Two directories, as on two loops.
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

  explicit ActorTree(actors::RegistrarOptions registrar = {}) {
    for (int number = 1; number <= 9; ++number) rows->users[id(number)] = make_user(number);
    actors::SupervisorOptions options;
    options.seed = 1;
    options.strategy = actors::Strategy::rest_for_one;
    auto storage = actors::storage_branch(
        addresses, world.loop(), options, registrar,
        {actors::child<FakeReadStore>("store-read", world.loop(), read_store, rows)},
        actors::child<FakeWriteStore>("store-write", world.loop(), write_store, rows));
    auto lookup =
        actors::lookup_branch(addresses, world.loop(), http, options, {},
                              actors::child<actors::Feed>("feed", world.loop(), addresses.feed,
                                                          addresses.directory_handles()));
    root = world.spawn_as<actors::Supervisor>(actors::Lifecycle{"root"}, options,
                                              std::vector{storage, lookup});
    world.settle();
  }

  auto find_later(std::int64_t number, std::size_t directory = 0) {
    return world.ask_later(addresses.directories[directory].handle(),
                           actors::FindUser{id(number), world.in(std::chrono::seconds{2}), false});
  }
  auto find(std::int64_t number, std::size_t directory = 0) {
    auto asked = find_later(number, directory);
    world.settle();
    return asked;
  }
  /// Asks for a change; time stands still.
  auto write(Change change, std::chrono::milliseconds limit = std::chrono::seconds{2}) {
    return world.ask(addresses.registrar.handle(),
                     actors::WriteUser{std::move(change), world.in(limit)});
  }
  auto rename(std::int64_t number) { return write(renaming(number)); }
  static Change renaming(std::int64_t number) {
    return PatchUser{id(number), UserName::parse("Renamed").value(), std::nullopt};
  }

  /// Ends a child as a bug in it would.
  void kill(const std::string& name) {
    for (const auto& branch : {addresses.storage, addresses.lookup}) {
      auto children = world.ask(branch.handle(), actors::WhichChildren{});
      for (const auto& child : children->reply.value()) {
        if (child.name == name) caf::anon_send_exit(child.actor, caf::exit_reason::kill);
      }
    }
  }
};

}  // namespace rollcall::tests
