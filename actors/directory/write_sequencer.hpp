// Orders all writes of the process, and groups those that wait into one transaction (group commit).
//
// Runs     on the control loop.
// Owns     the writes that are not with the store: a queue, and a queue for each locked user.
// Receives WriteUser from every gateway.
// Ends     by a bug, or with its supervisor.
// Restart  by the storage supervisor, after the store has finished its group and every cache has
//          been cleared.
// Lost     the queues, and the replies to writes in progress. Their requesters get `receiver_down`:
//          the outcome is unknown.
//
// A write whose user, or new e-mail, is locked by another program is not answered yet. It waits in
// the queue of its user, with later writes of that user behind it. It is retried after 5 ms,
// doubled up to 100 ms, until its deadline.
//
// A write is answered once its user is invalidated in every cache; the store may have the next
// group by then. A write that may have been applied is never repeated.
#pragma once

#include <cstddef>
#include <deque>
#include <memory>
#include <vector>

#include "actors/directory/handles.hpp"
#include "actors/directory/locked_writes.hpp"
#include "actors/runtime/loop_actor.hpp"
#include "actors/runtime/ticker.hpp"

namespace rollcall::actors {

struct WriteSequencerOptions {
  std::size_t group_max = 256;  // writes in one transaction
};

class WriteSequencer {
 public:
  using Handle = WriteSequencerHandle;
  using Self = LoopActor<WriteSequencer>;

  /// How often expired writes are answered while any waits; well below the time for which a gateway
  /// waits for the reply after the deadline (50 ms).
  static constexpr std::chrono::milliseconds sweep_interval{10};
  /// The delay before an invalidation is retried after the invalidation feed crashed.
  static constexpr std::chrono::milliseconds invalidation_retry_delay{20};

  WriteSequencer(Self& self, WriteSequencerOptions options, WriteStoreHandle store,
                 InvalidationFeedHandle feed);
  Handle::behavior_type behavior();
  void idle() { send_group(); }

 private:
  struct QueuedWrite {
    WriteUser write;
    ReplyPromise<WriteUserReply> promise;
    int tries = 0;  // how often its user was found locked
  };
  /// A group that was sent to the store, and the replies that are owed for it.
  struct Group {
    std::vector<WriteUser> writes{};  // as they were sent
    std::vector<int> tries{};
    std::vector<ReplyPromise<WriteUserReply>> promises{};
    std::vector<std::optional<UserId>> targets{};
    std::vector<WriteUserReply> replies{};
  };
  using GroupRef = std::shared_ptr<Group>;

  void send_group();
  void send(std::deque<QueuedWrite>& from);
  void set_locked_aside(Group& group, std::vector<WriteUserReply>& replies);
  void complete(const GroupRef& group, std::vector<WriteUserReply> replies);
  void invalidate(const GroupRef& group, Invalidate what);
  void drop_expired();
  void sweep();

  Self& self_;
  WriteSequencerOptions options_;
  WriteStoreHandle store_;
  InvalidationFeedHandle feed_;
  std::deque<QueuedWrite> queue_;
  LockedWrites<QueuedWrite> locked_;
  bool take_locked_next_ = true;  // the next group is of locked writes, if any may be retried
  bool group_in_flight_ = false;
  TimerSet invalidation_retries_;
  Ticker sweeper_;
};

}  // namespace rollcall::actors
