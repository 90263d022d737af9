// The invalidation feed of a database that only this process writes to: passes each invalidation on
// to every cache.
//
// Owns     nothing but the addresses of the user lookups; it lives on the control loop.
// Receives Invalidate from the write sequencer, from the storage supervisor before a restart, and
//          from gateways whose write got `receiver_down`; Probe.
// Ends     by a bug, or with its supervisor.
// Restart  by the lookup supervisor (rest_for_one): the user lookups end with it and start empty.
// Lost     invalidations in progress, which empty caches do not need.
#pragma once

#include <vector>

#include "actors/directory/handles.hpp"
#include "actors/runtime/loop_actor.hpp"

namespace rollcall::actors {

class InvalidationFeed {
 public:
  using Handle = InvalidationFeedHandle;
  using Self = LoopActor<InvalidationFeed>;

  /// `changes` is told of each invalidation: it follows a write. It may be null.
  InvalidationFeed(Self& self, std::vector<UserLookupHandle> user_lookups,
                   ChangeReaderHandle changes = {});
  Handle::behavior_type behavior();

 private:
  Self& self_;
  std::vector<UserLookupHandle> user_lookups_;
  ChangeReaderHandle changes_;
};

}  // namespace rollcall::actors
