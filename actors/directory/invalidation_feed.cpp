#include "actors/directory/invalidation_feed.hpp"

#include <utility>

#include <caf/send.hpp>

#include "actors/directory/invalidation_round.hpp"

namespace rollcall::actors {

InvalidationFeed::InvalidationFeed(Self& self, std::vector<UserLookupHandle> user_lookups,
                                   ChangeReaderHandle changes)
    : self_(self), user_lookups_(std::move(user_lookups)), changes_(std::move(changes)) {}

InvalidationFeed::Handle::behavior_type InvalidationFeed::behavior() {
  return {
      [this](const Invalidate& message) -> caf::result<Invalidated> {
        invalidate_everywhere(self_, user_lookups_, message, self_.promise<Invalidated>());
        if (changes_) caf::anon_send(changes_, ReadChanges{});
        return deferred<Invalidated>;
      },
      // Only this process writes: there is nothing to receive.
      [](const Probe&) -> ProbeReply { return Serving{}; },
  };
}

}  // namespace rollcall::actors
