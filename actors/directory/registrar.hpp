// Orders all writes of the process, and groups those that wait into one transaction.
//
// Owns     the queue of writes that no store has yet; it lives on the control loop.
// Receives WriteUser from every gateway.
// Ends     by a bug, or with its supervisor.
// Restart  by the storage supervisor, after every directory has forgotten everything.
// Lost     the queue, and the answers to writes that are under way: who waits gets `lost`, and must
//          take the outcome for unknown.
//
// A write whose user another program keeps locked is not answered yet. It waits by itself, and so
// do later writes of that user; every few milliseconds it is tried again, up to its deadline.
//
// A write is answered once every directory has forgotten its user; the next group is with the store
// meanwhile. A write that may have been applied is never repeated.
#pragma once

#include <cstddef>
#include <deque>
#include <memory>
#include <unordered_map>
#include <vector>

#include "actors/directory/handles.hpp"
#include "actors/directory/locked_writes.hpp"
#include "actors/runtime/loop_actor.hpp"

namespace rollcall::actors {

struct RegistrarOptions {
  std::size_t group_max = 256;  // writes in one transaction
};

class Registrar {
 public:
  using Handle = RegistrarHandle;
  using Self = LoopActor<Registrar>;

  /// How often expired writes are looked for while any waits; well below the time that a gateway
  /// leaves to this answer after the deadline.
  static constexpr std::chrono::milliseconds sweep_interval{10};
  /// How long to wait before the feed is asked again when it has crashed.
  static constexpr std::chrono::milliseconds forget_again_after{20};

  Registrar(Self& self, RegistrarOptions options, WriteStoreHandle store, FeedHandle feed);
  Handle::behavior_type behavior();
  void idle() { send_group(); }

 private:
  struct Waiting {
    WriteUser write;
    Answer<WriteUserReply> answer;
    int tries = 0;  // how often its user was found locked
  };
  /// A group that a store has or had, and what its writers are to be told.
  struct Group {
    std::vector<WriteUser> writes{};  // as they were sent
    std::vector<int> tries{};
    std::vector<Answer<WriteUserReply>> answers{};
    std::vector<std::optional<UserId>> targets{};
    std::vector<WriteUserReply> replies{};
  };
  using GroupRef = std::shared_ptr<Group>;

  void send_group();
  void send(std::deque<Waiting>& from);
  void keep_aside(Group& group, std::vector<WriteUserReply>& replies);
  void conclude(const GroupRef& group, std::vector<WriteUserReply> replies);
  void forget(const GroupRef& group, Forget what);
  void drop_expired();
  void arm_sweep();

  Self& self_;
  RegistrarOptions options_;
  WriteStoreHandle store_;
  FeedHandle feed_;
  std::deque<Waiting> queue_;
  LockedWrites<Waiting> locked_;
  bool turn_of_locked_ = true;
  bool writing_ = false;
  TimerSet forget_again_;
  Timer sweep_;
  bool sweeping_ = false;
};

}  // namespace rollcall::actors
