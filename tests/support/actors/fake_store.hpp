// Fake stores: a test decides every reply.
#pragma once

#include <deque>
#include <map>
#include <memory>
#include <set>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

#include "actors/directory/handles.hpp"
#include "actors/runtime/loop_actor.hpp"
#include "actors/runtime/proxy.hpp"
#include "domain/errors.hpp"
#include "tests/support/actors/users.hpp"

namespace rollcall::tests {

/// The rows, and how the fake stores treat requests. Outlives crashes of the stores.
struct FakeRows {
  std::map<UserId, UserRef> users;
  std::map<std::string, KeptAnswerRef> answers;  // by idempotency key
  bool hold = false;                      // keep requests until answer_read() or answer_write()
  std::set<UserId> locked{};              // by another program: their writes fail with user_locked
  bool down = false;                      // reads fail: the database is out of reach
  bool crash_on_read = false;             // the next read ends the store
  bool crash_before_write = false;        // the next group ends the store, not applied
  bool crash_after_write = false;         // the next group is applied, and then the store ends
  std::vector<std::vector<UserId>> read;  // the ids of each batch
  std::vector<std::size_t> groups;        // the size of each group
  struct HeldRead {
    std::vector<UserRef> snapshot;  // what the database had when the read began
    actors::ReplyPromise<actors::FindUsersReply> promise;
  };
  std::deque<HeldRead> held_reads;
  std::deque<std::pair<actors::WriteGroup, actors::ReplyPromise<actors::WriteGroupReply>>>
      held_writes;

  std::vector<UserRef> find(const std::vector<UserId>& ids) const {
    std::vector<UserRef> found;
    // In reverse order, so that code that matches by position fails.
    for (auto wanted = ids.rbegin(); wanted != ids.rend(); ++wanted) {
      if (const auto user = users.find(*wanted); user != users.end()) found.push_back(user->second);
    }
    return found;
  }

  void answer_read() {
    auto held = std::move(held_reads.front());
    held_reads.pop_front();
    held.promise.deliver(std::move(held.snapshot));
  }

  static std::optional<Error> refusal(const PatchUser& patch, const User& user) {
    return refuse({user.version, user.created_at, user.updated_at}, patch.precondition,
                  patch.expected);
  }
  KeptAnswerRef kept_answer(const Change& change) const {
    const auto* create = std::get_if<CreateUser>(&change);
    if (create == nullptr || create->key == nullptr) return nullptr;
    const auto found = answers.find(create->key->key);
    return found != answers.end() ? found->second : nullptr;
  }
  /// Applies a group: each write increments the version; a create gets the next id.
  actors::WriteGroupReply apply(const actors::WriteGroup& group) {
    actors::WriteGroupReply replies;
    for (const auto& write : group.writes) {
      if (const auto kept = kept_answer(write.change)) {
        replies.emplace_back(Changed(nullptr, kept));
        continue;
      }
      const auto target = target_of(write.change);
      const auto number = target ? target->value() : std::int64_t(users.size()) + 1;
      const auto row = users.find(id(number));
      const auto* patch = std::get_if<PatchUser>(&write.change);
      if (locked.count(id(number)) == 1) {
        replies.emplace_back(tl::unexpected(Error{ErrorCode::user_locked, "locked"}));
      } else if (const auto error = patch != nullptr && row != users.end()
                                        ? refusal(*patch, *row->second)
                                        : std::nullopt) {
        replies.emplace_back(tl::unexpected(*error));
      } else if (std::holds_alternative<DeleteUser>(write.change)) {
        users.erase(id(number));
        replies.emplace_back(UserRef{});
      } else if (target && row == users.end()) {
        replies.emplace_back(tl::unexpected(Error{ErrorCode::user_not_found, "no such user"}));
      } else {
        auto user = make_user(number, target ? row->second->version + 1 : 1);
        users[id(number)] = user;
        replies.emplace_back(user);
      }
    }
    return replies;
  }

  void answer_write() {
    auto [group, promise] = std::move(held_writes.front());
    held_writes.pop_front();
    promise.deliver(apply(group));
  }
};
using FakeRowsRef = std::shared_ptr<FakeRows>;

class FakeReadStore {
 public:
  using Handle = actors::ReadStoreHandle;
  using Self = actors::LoopActor<FakeReadStore>;
  FakeReadStore(Self& self, FakeRowsRef rows) : self_(self), rows_(std::move(rows)) {}
  FakeReadStore(const FakeReadStore&) = delete;
  FakeReadStore& operator=(const FakeReadStore&) = delete;
  ~FakeReadStore() { rows_->held_reads.clear(); }

  Handle::behavior_type behavior() {
    return {[this](const actors::FindUsers& message) -> caf::result<actors::FindUsersReply> {
              if (std::exchange(rows_->crash_on_read, false)) throw std::runtime_error("read bug");
              rows_->read.push_back(message.ids);
              if (rows_->down) {
                return actors::FindUsersReply(tl::unexpected(storage_unavailable()));
              }
              FakeRows::HeldRead held{rows_->find(message.ids),
                                      self_.promise<actors::FindUsersReply>()};
              if (rows_->hold) {
                rows_->held_reads.push_back(std::move(held));
              } else {
                held.promise.deliver(std::move(held.snapshot));
              }
              return actors::deferred<actors::FindUsersReply>;
            },
            [this](const actors::ListUsers& message) -> actors::ListUsersReply {
              if (std::exchange(rows_->crash_on_read, false)) throw std::runtime_error("read bug");
              const auto& asked = std::get<PageQuery>(message.list);
              UserPage page;
              for (const auto& [key, user] : rows_->users) {
                if (asked.after && key.value() <= asked.after->id) continue;
                if (std::ssize(page.users) == asked.limit) {
                  page.more = true;
                  break;
                }
                page.users.push_back(user);
              }
              return page;
            },
            [this](const actors::CountUsers&) -> actors::CountUsersReply {
              return std::ssize(rows_->users);
            },
            [](const actors::ListChanges&) -> actors::ListChangesReply {
              return ChangesPage{{}, 0};
            },
            [](const actors::Probe&) -> actors::ProbeReply { return actors::Serving{}; }};
  }

 private:
  Self& self_;
  FakeRowsRef rows_;
};

class FakeWriteStore {
 public:
  using Handle = actors::WriteStoreHandle;
  using Self = actors::LoopActor<FakeWriteStore>;
  FakeWriteStore(Self& self, FakeRowsRef rows) : self_(self), rows_(std::move(rows)) {}
  FakeWriteStore(const FakeWriteStore&) = delete;
  FakeWriteStore& operator=(const FakeWriteStore&) = delete;
  ~FakeWriteStore() { rows_->held_writes.clear(); }

  Handle::behavior_type behavior() {
    return {[this](const actors::WriteGroup& group) -> caf::result<actors::WriteGroupReply> {
              if (std::exchange(rows_->crash_before_write, false)) {
                throw std::runtime_error("write bug");
              }
              rows_->groups.push_back(group.writes.size());
              auto promise = self_.promise<actors::WriteGroupReply>();
              if (std::exchange(rows_->crash_after_write, false)) {
                rows_->apply(group);
                throw std::runtime_error("bug after commit");
              }
              if (rows_->hold) {
                rows_->held_writes.emplace_back(group, std::move(promise));
              } else {
                promise.deliver(rows_->apply(group));
              }
              return actors::deferred<actors::WriteGroupReply>;
            },
            [](const actors::Probe&) -> actors::ProbeReply { return actors::Serving{}; }};
  }

 private:
  Self& self_;
  FakeRowsRef rows_;
};

}  // namespace rollcall::tests
