// A gateway whose responses are recorded, with scripted actors behind it.
#pragma once

#include <chrono>
#include <memory>
#include <utility>

#include "actors/runtime/proxy.hpp"
#include "http/api/gateway.hpp"
#include "tests/support/actors/actor_world.hpp"
#include "tests/support/actors/scripted_peers.hpp"
#include "tests/support/actors/users.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/http/request.hpp"

namespace rollcall::tests {

inline UserRef user(std::int64_t number, std::int64_t version = 1) {
  return std::make_shared<const User>(User{id(number), UserName::parse("Ada").value(), std::nullopt,
                                           version, Timestamp{}, Timestamp{}});
}

inline Change renaming(std::int64_t number) {
  return PatchUser{id(number), {UserName::parse("Eve").value(), std::nullopt}};
}

inline Change creating() { return CreateUser{UserName::parse("Ada").value(), std::nullopt}; }

/// A gateway and its scripted peers, in one world.
struct Edge {
  ActorWorld world;
  ScriptRef script = std::make_shared<Script>();
  std::shared_ptr<http::LoopState> state = std::make_shared<http::LoopState>();
  actors::Address<actors::UserLookupHandle> lookup{world.system(), world.loop()};
  actors::Address<actors::PageStoreHandle> pages{world.system(), world.loop()};
  actors::Address<actors::WriteSequencerHandle> sequencer{world.system(), world.loop()};
  actors::Address<actors::InvalidationFeedHandle> feed{world.system(), world.loop()};
  actors::UserLookupHandle live_lookup;
  actors::PageStoreHandle live_pages;
  actors::WriteSequencerHandle live_sequencer;
  actors::InvalidationFeedHandle live_feed;
  http::GatewayHandle gateway;

  Edge() {
    live_lookup = world.spawn_as<ScriptedUserLookup>(lookup.follow({"user-lookup"}), script);
    live_pages = world.spawn_as<ScriptedPages>(pages.follow({"store-pages"}), script);
    live_sequencer =
        world.spawn_as<ScriptedWriteSequencer>(sequencer.follow({"write-sequencer"}), script);
    live_feed =
        world.spawn_as<ScriptedInvalidationFeed>(feed.follow({"invalidation-feed"}), script);
    http::GatewayPeers peers{lookup.handle(), pages.handle(), sequencer.handle(), feed.handle()};
    gateway = world.spawn<http::Gateway>(peers, state);
    world.settle();
  }

  AnsweredRef serve(http::Operation operation,
                    std::chrono::milliseconds limit = std::chrono::seconds{2}) {
    auto answered = std::make_shared<Answered>();
    caf::anon_send(gateway, http::Serve{std::make_shared<http::PendingRequest>(
                                recorded(answered), std::move(operation), world.in({}),
                                world.in(limit), state)});
    world.settle();
    return answered;
  }
  AnsweredRef read(std::int64_t number, Precondition precondition = {}) {
    return serve(http::ReadUser{id(number), false, std::move(precondition)});
  }
  template <class Handle>
  void kill(const Handle& handle) {
    caf::anon_send_exit(handle, caf::exit_reason::kill);
    world.settle();
  }
  template <class Queue, class Reply>
  void reply(Queue& queue, Reply with) {
    REQUIRE_FALSE(queue.empty());
    auto answer = std::move(queue.front().second);
    queue.pop_front();
    answer.deliver(std::move(with));
    world.settle();
  }
};

}  // namespace rollcall::tests
