// Fakes of the actors that a gateway sends requests to. The test gives every reply.
#pragma once

#include <deque>
#include <memory>
#include <utility>

#include "actors/directory/handles.hpp"
#include "actors/runtime/loop_actor.hpp"
#include "domain/errors.hpp"

namespace rollcall::tests {

template <class Message, class Reply>
using Held = std::deque<std::pair<Message, actors::ReplyPromise<Reply>>>;

// The requests that have reached the fakes and are not answered yet, in order.
struct Script {
  Held<actors::FindUser, actors::FindUserReply> finds;
  Held<actors::ListUsers, actors::ListUsersReply> lists;
  Held<actors::CountUsers, actors::CountUsersReply> counts;
  Held<actors::ListChanges, actors::ListChangesReply> changes;
  Held<actors::WriteUser, actors::WriteUserReply> writes;
  Held<actors::Invalidate, actors::Invalidated> invalidations;
};
using ScriptRef = std::shared_ptr<Script>;

class ScriptedUserLookup {
 public:
  using Handle = actors::UserLookupHandle;
  ScriptedUserLookup(actors::LoopActor<ScriptedUserLookup>& self, ScriptRef script)
      : self_(self), script_(std::move(script)) {}
  ~ScriptedUserLookup() { script_->finds.clear(); }
  ScriptedUserLookup(const ScriptedUserLookup&) = delete;
  ScriptedUserLookup& operator=(const ScriptedUserLookup&) = delete;

  Handle::behavior_type behavior() {
    return {[this](const actors::FindUser& message) -> caf::result<actors::FindUserReply> {
              script_->finds.emplace_back(message, self_.promise<actors::FindUserReply>());
              return actors::deferred<actors::FindUserReply>;
            },
            [](const actors::Invalidate&) { return actors::Invalidated{}; },
            [](const actors::RenewLease&) {}, [](const actors::RevokeLease&) {}};
  }

 private:
  actors::LoopActor<ScriptedUserLookup>& self_;
  ScriptRef script_;
};

class ScriptedPages {
 public:
  using Handle = actors::PageStoreHandle;
  ScriptedPages(actors::LoopActor<ScriptedPages>& self, ScriptRef script)
      : self_(self), script_(std::move(script)) {}
  ~ScriptedPages() {
    script_->lists.clear();
    script_->counts.clear();
    script_->changes.clear();
  }
  ScriptedPages(const ScriptedPages&) = delete;
  ScriptedPages& operator=(const ScriptedPages&) = delete;

  Handle::behavior_type behavior() {
    return {[this](const actors::ListUsers& message) -> caf::result<actors::ListUsersReply> {
              script_->lists.emplace_back(message, self_.promise<actors::ListUsersReply>());
              return actors::deferred<actors::ListUsersReply>;
            },
            [this](const actors::CountUsers& message) -> caf::result<actors::CountUsersReply> {
              script_->counts.emplace_back(message, self_.promise<actors::CountUsersReply>());
              return actors::deferred<actors::CountUsersReply>;
            },
            [this](const actors::ListChanges& message) -> caf::result<actors::ListChangesReply> {
              script_->changes.emplace_back(message, self_.promise<actors::ListChangesReply>());
              return actors::deferred<actors::ListChangesReply>;
            },
            [](const actors::Probe&) { return actors::ProbeReply(actors::Serving{}); }};
  }

 private:
  actors::LoopActor<ScriptedPages>& self_;
  ScriptRef script_;
};

class ScriptedWriteSequencer {
 public:
  using Handle = actors::WriteSequencerHandle;
  ScriptedWriteSequencer(actors::LoopActor<ScriptedWriteSequencer>& self, ScriptRef script)
      : self_(self), script_(std::move(script)) {}
  ~ScriptedWriteSequencer() { script_->writes.clear(); }
  ScriptedWriteSequencer(const ScriptedWriteSequencer&) = delete;
  ScriptedWriteSequencer& operator=(const ScriptedWriteSequencer&) = delete;

  Handle::behavior_type behavior() {
    return {[this](const actors::WriteUser& message) -> caf::result<actors::WriteUserReply> {
      script_->writes.emplace_back(message, self_.promise<actors::WriteUserReply>());
      return actors::deferred<actors::WriteUserReply>;
    }};
  }

 private:
  actors::LoopActor<ScriptedWriteSequencer>& self_;
  ScriptRef script_;
};

class ScriptedInvalidationFeed {
 public:
  using Handle = actors::InvalidationFeedHandle;
  ScriptedInvalidationFeed(actors::LoopActor<ScriptedInvalidationFeed>& self, ScriptRef script)
      : self_(self), script_(std::move(script)) {}
  ~ScriptedInvalidationFeed() { script_->invalidations.clear(); }
  ScriptedInvalidationFeed(const ScriptedInvalidationFeed&) = delete;
  ScriptedInvalidationFeed& operator=(const ScriptedInvalidationFeed&) = delete;

  Handle::behavior_type behavior() {
    return {[this](const actors::Invalidate& message) -> caf::result<actors::Invalidated> {
              script_->invalidations.emplace_back(message, self_.promise<actors::Invalidated>());
              return actors::deferred<actors::Invalidated>;
            },
            [](const actors::Probe&) { return actors::ProbeReply(actors::Serving{}); }};
  }

 private:
  actors::LoopActor<ScriptedInvalidationFeed>& self_;
  ScriptRef script_;
};

}  // namespace rollcall::tests
