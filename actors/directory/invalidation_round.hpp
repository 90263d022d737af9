// One invalidation of every cache of the process.
#pragma once

#include <memory>
#include <vector>

#include "actors/directory/handles.hpp"
#include "actors/runtime/loop_actor.hpp"

namespace rollcall::actors {

/// Sends `what` to all user lookups; fulfils `promise` when the last one has answered.
template <class Self>
void invalidate_everywhere(Self& self, const std::vector<UserLookupHandle>& user_lookups,
                           const Invalidate& what, ReplyPromise<Invalidated> promise) {
  struct Round {
    ReplyPromise<Invalidated> promise;
    std::size_t awaited;
    void one_less() {
      if (--awaited == 0) promise.deliver({});
    }
  };
  auto round = std::make_shared<Round>(Round{std::move(promise), user_lookups.size() + 1});
  for (const auto& lookup : user_lookups) {
    // A user lookup that has terminated has no cache any more; its successor starts empty.
    self.ask(
        lookup, what, [round](const Invalidated&) { round->one_less(); },
        [round](const caf::error&) { round->one_less(); });
  }
  round->one_less();
}

}  // namespace rollcall::actors
