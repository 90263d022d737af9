#include "actors/directory/feed.hpp"

#include <utility>

#include "actors/directory/forget_round.hpp"

namespace rollcall::actors {

Feed::Feed(Self& self, std::vector<DirectoryHandle> directories)
    : self_(self), directories_(std::move(directories)) {}

Feed::Handle::behavior_type Feed::behavior() {
  return {
      [this](const Forget& message) -> caf::result<Forgotten> {
        forget_everywhere(self_, directories_, message, self_.promise<Forgotten>());
        return later<Forgotten>;
      },
      // Nobody else writes.
      [](const Probe&) -> ProbeReply { return Serving{}; },
  };
}

}  // namespace rollcall::actors
