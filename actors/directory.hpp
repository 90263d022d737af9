// Looks users up for one loop.
//
// Owns     a cache, and the flights: lookups on their way to the store, one for each id.
// Receives FindUser and ListUsers from the gateway of its loop, Forget from the feed.
// Ends     by a bug, or with its supervisor.
// Restart  by the lookup supervisor, with an empty cache.
// Lost     its cache, and its flights: who waits gets `lost`.
//
// A flight that the store has and whose user is then forgotten is sealed: who asked before may get
// the row it brings, who asks after starts another flight, and what it brings is not kept. A flight
// not yet sent needs no seal: it will read what is there then. Absence is not kept.
#pragma once

#include <cstddef>
#include <cstdint>
#include <deque>
#include <memory>
#include <unordered_map>
#include <vector>

#include "actors/handles.hpp"
#include "actors/loop_actor.hpp"
#include "actors/user_cache.hpp"

namespace rollcall::actors {

struct DirectoryOptions {
  std::size_t cache_entries = 100'000;  // of this directory; 0: none is kept
  std::size_t batch_max = 256;          // ids in one message to the store
  std::size_t batches_in_flight = 2;    // messages to the store at once
};

class Directory {
 public:
  using Handle = DirectoryHandle;
  using Self = LoopActor<Directory>;

  /// What was lost with a store that crashed is asked for once more after this time: by then the
  /// store's supervisor has tried a first restart (100 ms at most, and the time to open).
  static constexpr std::chrono::milliseconds retry_delay{150};
  /// How often expired lookups are looked for while any waits.
  static constexpr std::chrono::milliseconds sweep_interval{25};

  Directory(Self& self, DirectoryOptions options, ReadStoreHandle store);
  Handle::behavior_type behavior();
  void idle() { send_batches(); }

 private:
  struct Waiter {
    Answer<FindUserReply> answer;
    Deadline deadline;
    bool retried;
  };
  struct Flight {
    UserId id;
    std::vector<Waiter> waiters{};
    bool sent = false;
    bool sealed = false;
  };
  using FlightRef = std::shared_ptr<Flight>;
  using Batch = std::vector<FlightRef>;

  void find(const FindUser& message, Answer<FindUserReply> answer);
  void join(UserId id, Waiter waiter);
  void forget(const Forget& message);
  void seal(Flight& flight);
  void send_batches();
  void send(Batch batch);
  void land(Batch& batch, FindUsersReply& reply);
  void fail(Batch& batch, const Error& error);
  void retry(Batch& batch);
  void list(const ListUsers& message, Answer<ListUsersReply> answer, bool retried);
  void arm_sweep();
  void sweep();
  bool drop_expired(Flight& flight, Deadline now);
  void close(Flight& flight);

  Self& self_;
  DirectoryOptions options_;
  ReadStoreHandle store_;
  UserCache cache_;
  std::unordered_map<UserId, FlightRef> joinable_;  // not sent, or sent and not sealed
  std::deque<FlightRef> pending_;                   // not sent
  std::unordered_map<std::uint64_t, Batch> sent_;   // with the store
  std::uint64_t next_batch_ = 0;
  TimerSet retries_;
  Timer sweep_;
  bool sweeping_ = false;
};

}  // namespace rollcall::actors
