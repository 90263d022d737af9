// The change feed where this process alone writes: tells every directory what to forget.
//
// Owns     nothing but the directories' addresses; it lives on the control loop.
// Receives Forget from the registrar, from the storage supervisor before a restart, and from
//          gateways that lost the registrar with a write of theirs.
// Ends     by a bug, or with its supervisor.
// Restart  by the lookup supervisor (rest_for_one): the directories end with it and start empty.
// Lost     nothing that an empty directory would need.
#pragma once

#include <vector>

#include "actors/directory/handles.hpp"
#include "actors/runtime/loop_actor.hpp"

namespace rollcall::actors {

class Feed {
 public:
  using Handle = FeedHandle;
  using Self = LoopActor<Feed>;

  Feed(Self& self, std::vector<DirectoryHandle> directories);
  Handle::behavior_type behavior();

 private:
  Self& self_;
  std::vector<DirectoryHandle> directories_;
};

}  // namespace rollcall::actors
