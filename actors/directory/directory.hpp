// Looks users up for one loop.
//
// Owns     a cache, and the flights: lookups on their way to the store, one for each id.
// Receives FindUser and ListUsers from the gateway of its loop; Forget, Vouch and Distrust from the
//          feed.
// Ends     by a bug, or with its supervisor.
// Restart  by the lookup supervisor, with an empty cache.
// Lost     its cache, and its flights: who waits gets `lost`.
//
// A flight that the store has and whose user is then forgotten is sealed: who asked before may get
// the row it brings, who asks after starts another flight, and what it brings is not kept, unless
// in place of what is no newer. A flight not yet sent needs no seal: it will read what is there
// then. Absence is not kept.
//
// A user with a write of unknown outcome is not kept until a notice, or a later write, names it.
//
// Where other nodes write too, a kept user is an answer only while the feed vouches for it. Else
// the store is asked anew: a flight that it already has is sealed. Only where the database can't be
// reached, or is silent for half of the time that the asker has, is what was kept given away,
// marked as stale (RFC 5861 4); never to who asked for a fresh one.
#pragma once

#include <cstddef>
#include <cstdint>
#include <deque>
#include <memory>
#include <optional>
#include <unordered_map>
#include <vector>

#include "actors/directory/doubtful_ids.hpp"
#include "actors/directory/handles.hpp"
#include "actors/directory/user_cache.hpp"
#include "actors/runtime/loop_actor.hpp"

namespace rollcall::actors {

struct DirectoryOptions {
  std::size_t cache_entries = 100'000;  // of this directory; 0: none is kept
  std::size_t batch_max = 256;          // ids in one message to the store
  std::size_t batches_in_flight = 2;    // messages to the store at once
  bool shared = false;                  // others write too: trust the cache only while vouched for
  std::chrono::seconds stale_if_error{60};  // how old an answer may be where the database is gone
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

  Directory(Self& self, DirectoryOptions options, LookupStoreHandle store, PageStoreHandle pages);
  Handle::behavior_type behavior();
  void idle() { send_batches(false); }

 private:
  struct Waiter {
    Answer<FindUserReply> answer;
    Deadline deadline;
    Deadline stale_at;  // from then on an old answer is better than none; never: Deadline::max()
    bool retried = false;
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
  bool trusts_cache() const;
  std::optional<FoundUser> stale(UserId id);
  void seal_flight_of(UserId id);
  void seal(Flight& flight);
  void send_batches(bool any_size);
  void send(Batch batch);
  void land(Batch& batch, FindUsersReply& reply);
  bool replaces_kept(const User& user);
  void fail(Batch& batch, const Error& error);
  void retry(Batch& batch);
  void list(const ListUsers& message, Answer<ListUsersReply> answer, bool retried);
  void arm_sweep();
  void sweep();
  bool drop_expired(Flight& flight, Deadline now);
  void close(Flight& flight);

  Self& self_;
  DirectoryOptions options_;
  LookupStoreHandle store_;
  PageStoreHandle pages_;
  UserCache cache_;
  DoubtfulIds doubtful_;                            // not to be kept
  Deadline proved_at_ = Deadline::min();            // what is kept was true then
  Deadline trusted_until_ = Deadline::min();        // of a shared database
  std::unordered_map<UserId, FlightRef> joinable_;  // not sent, or sent and not sealed
  std::deque<FlightRef> pending_;                   // not sent
  std::unordered_map<std::uint64_t, Batch> sent_;   // with the store
  std::uint64_t next_batch_ = 0;
  std::size_t last_batch_size_ = 0;
  TimerSet retries_;
  Timer sweep_;
  bool sweeping_ = false;
};

}  // namespace rollcall::actors
