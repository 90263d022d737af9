// One forgetting by every directory of the process.
#pragma once

#include <memory>
#include <vector>

#include "actors/directory/handles.hpp"
#include "actors/runtime/loop_actor.hpp"

namespace rollcall::actors {

/// Asks all directories to forget; delivers `answer` when the last one has.
template <class Self>
void forget_everywhere(Self& self, const std::vector<DirectoryHandle>& directories,
                       const Forget& what, Answer<Forgotten> answer) {
  struct Round {
    Answer<Forgotten> answer;
    std::size_t awaited;
    void one_less() {
      if (--awaited == 0) answer.deliver({});
    }
  };
  auto round = std::make_shared<Round>(Round{std::move(answer), directories.size() + 1});
  for (const auto& directory : directories) {
    // A directory that has ended has forgotten: its successor starts empty.
    self.ask(
        directory, what, [round](const Forgotten&) { round->one_less(); },
        [round](const caf::error&) { round->one_less(); });
  }
  round->one_less();
}

}  // namespace rollcall::actors
