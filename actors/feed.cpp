#include "actors/feed.hpp"

#include <utility>

namespace rollcall::actors {

Feed::Feed(Self& self, std::vector<DirectoryHandle> directories)
    : self_(self), directories_(std::move(directories)) {}

Feed::Handle::behavior_type Feed::behavior() {
  return {
      [this](const Forget& message) -> caf::result<Forgotten> {
        // The answer is delivered when the last directory lets go of it.
        struct Round {
          Answer<Forgotten> answer;
          std::size_t awaited;
          void one_less() {
            if (--awaited == 0) answer.deliver({});
          }
        };
        auto round =
            std::make_shared<Round>(Round{self_.promise<Forgotten>(), directories_.size() + 1});
        for (const auto& directory : directories_) {
          self_.request(directory, caf::infinite, message)
              .then([round](const Forgotten&) { round->one_less(); },
                    // A directory that has ended has forgotten: its successor starts empty.
                    [round](const caf::error&) { round->one_less(); });
        }
        round->one_less();
        return later<Forgotten>;
      },
  };
}

}  // namespace rollcall::actors
