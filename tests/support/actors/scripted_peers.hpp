// The actors that a gateway asks, as roles whose every answer a test gives.
#pragma once

#include <deque>
#include <memory>
#include <utility>

#include "actors/directory/failures.hpp"
#include "actors/directory/handles.hpp"
#include "actors/runtime/loop_actor.hpp"

namespace rollcall::tests {

template <class Message, class Reply>
using Held = std::deque<std::pair<Message, actors::Answer<Reply>>>;

// What reaches the actors; they answer when the test does.
struct Script {
  Held<actors::FindUser, actors::FindUserReply> finds;
  Held<actors::ListUsers, actors::ListUsersReply> lists;
  Held<actors::WriteUser, actors::WriteUserReply> writes;
  Held<actors::Forget, actors::Forgotten> forgets;
};
using ScriptRef = std::shared_ptr<Script>;

class ScriptedDirectory {
 public:
  using Handle = actors::DirectoryHandle;
  ScriptedDirectory(actors::LoopActor<ScriptedDirectory>& self, ScriptRef script)
      : self_(self), script_(std::move(script)) {}
  ~ScriptedDirectory() {
    script_->finds.clear();
    script_->lists.clear();
  }
  ScriptedDirectory(const ScriptedDirectory&) = delete;
  ScriptedDirectory& operator=(const ScriptedDirectory&) = delete;

  Handle::behavior_type behavior() {
    return {[this](const actors::FindUser& message) -> caf::result<actors::FindUserReply> {
              script_->finds.emplace_back(message, self_.promise<actors::FindUserReply>());
              return actors::later<actors::FindUserReply>;
            },
            [this](const actors::ListUsers& message) -> caf::result<actors::ListUsersReply> {
              script_->lists.emplace_back(message, self_.promise<actors::ListUsersReply>());
              return actors::later<actors::ListUsersReply>;
            },
            [](const actors::Forget&) { return actors::Forgotten{}; }, [](const actors::Vouch&) {},
            [](const actors::Distrust&) {}};
  }

 private:
  actors::LoopActor<ScriptedDirectory>& self_;
  ScriptRef script_;
};

class ScriptedRegistrar {
 public:
  using Handle = actors::RegistrarHandle;
  ScriptedRegistrar(actors::LoopActor<ScriptedRegistrar>& self, ScriptRef script)
      : self_(self), script_(std::move(script)) {}
  ~ScriptedRegistrar() { script_->writes.clear(); }
  ScriptedRegistrar(const ScriptedRegistrar&) = delete;
  ScriptedRegistrar& operator=(const ScriptedRegistrar&) = delete;

  Handle::behavior_type behavior() {
    return {[this](const actors::WriteUser& message) -> caf::result<actors::WriteUserReply> {
      script_->writes.emplace_back(message, self_.promise<actors::WriteUserReply>());
      return actors::later<actors::WriteUserReply>;
    }};
  }

 private:
  actors::LoopActor<ScriptedRegistrar>& self_;
  ScriptRef script_;
};

class ScriptedFeed {
 public:
  using Handle = actors::FeedHandle;
  ScriptedFeed(actors::LoopActor<ScriptedFeed>& self, ScriptRef script)
      : self_(self), script_(std::move(script)) {}
  ~ScriptedFeed() { script_->forgets.clear(); }
  ScriptedFeed(const ScriptedFeed&) = delete;
  ScriptedFeed& operator=(const ScriptedFeed&) = delete;

  Handle::behavior_type behavior() {
    return {[this](const actors::Forget& message) -> caf::result<actors::Forgotten> {
              script_->forgets.emplace_back(message, self_.promise<actors::Forgotten>());
              return actors::later<actors::Forgotten>;
            },
            [](const actors::Probe&) { return actors::ProbeReply(actors::Serving{}); }};
  }

 private:
  actors::LoopActor<ScriptedFeed>& self_;
  ScriptRef script_;
};

}  // namespace rollcall::tests
