#include "actors/directory/invalidation_feed.hpp"

#include <utility>

#include "actors/directory/invalidation_round.hpp"

namespace rollcall::actors {

InvalidationFeed::InvalidationFeed(Self& self, std::vector<UserLookupHandle> user_lookups)
    : self_(self), user_lookups_(std::move(user_lookups)) {}

InvalidationFeed::Handle::behavior_type InvalidationFeed::behavior() {
  return {
      [this](const Invalidate& message) -> caf::result<Invalidated> {
        invalidate_everywhere(self_, user_lookups_, message, self_.promise<Invalidated>());
        return deferred<Invalidated>;
      },
      // Only this process writes: there is nothing to receive.
      [](const Probe&) -> ProbeReply { return Serving{}; },
  };
}

}  // namespace rollcall::actors
