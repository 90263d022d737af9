// Looks users up for one HTTP loop.
//
// Owns     a cache, and the in-flight lookups: one for each id that the store has been, or will be,
//          asked for (single-flight).
// Receives FindUser from the gateway of its loop; Invalidate, RenewLease and
//          RevokeLease from the invalidation feed.
// Ends     by a bug, or with its supervisor.
// Restart  by the lookup supervisor, with an empty cache.
// Lost     its cache and its in-flight lookups: their requesters get `receiver_down`.
//
// An invalidation supersedes a lookup that the store already has. Requests made before the
// invalidation may receive the old row; later ones start a new lookup; the result of the superseded
// one is not cached, unless it replaces a cached row that is no newer. A lookup not yet sent is not
// superseded: it will read the new row. Absence is not cached.
//
// A user with a write of unknown outcome is not cached until a notification, or a later write,
// names it.
//
// If other nodes write too (`shared`), the cache answers only while it holds a lease from the
// invalidation feed. Without a lease a request does not join a lookup that was already sent: it
// supersedes it and starts a new one. If the database fails, or is silent for half of the request's
// time, a cached row is served, marked as stale (RFC 5861 4), but never to a `fresh` request. The
// lease bounds how old a cached row can be, since no invalidation is lost while heartbeats come
// back: both arrive on one connection, in order.
#pragma once

#include <cstddef>
#include <cstdint>
#include <deque>
#include <memory>
#include <optional>
#include <unordered_map>
#include <vector>

#include "actors/directory/handles.hpp"
#include "actors/directory/unknown_outcomes.hpp"
#include "actors/directory/user_cache.hpp"
#include "actors/runtime/loop_actor.hpp"
#include "actors/runtime/ticker.hpp"

namespace rollcall::actors {

struct UserLookupOptions {
  std::size_t cache_entries = 100'000;  // users in this cache; 0: none
  std::size_t batch_max = 256;          // ids in one message to the store
  std::size_t batches_in_flight = 2;    // messages to the store at once
  bool shared = false;                  // others write too: the cache answers only under a lease
  std::chrono::seconds stale_if_error{60};  // a stale answer is younger; 0: none is given
};

class UserLookup {
 public:
  using Handle = UserLookupHandle;
  using Self = LoopActor<UserLookup>;

  /// Lookups that were lost in a crash of the store are sent again, once, after this delay: by then
  /// the supervisor has tried a first restart (after 100 ms at most, plus the time to open).
  static constexpr std::chrono::milliseconds retry_delay{150};
  /// How often expired requests are answered, and small batches sent, while any request waits.
  static constexpr std::chrono::milliseconds sweep_interval{25};

  UserLookup(Self& self, UserLookupOptions options, LookupStoreHandle store);
  Handle::behavior_type behavior();
  void idle() { send_batches(false); }

 private:
  struct Waiter {
    ReplyPromise<FindUserReply> promise;
    Deadline deadline;
    Deadline stale_at;  // from then on a stale answer is given; max(): never
    bool retried = false;
  };
  struct InFlightLookup {
    UserId id;
    Clock::TimePoint since;
    std::vector<Waiter> waiters{};
    bool sent = false;
    bool superseded = false;
  };
  using InFlightLookupRef = std::shared_ptr<InFlightLookup>;
  using Batch = std::vector<InFlightLookupRef>;

  void find(const FindUser& message, ReplyPromise<FindUserReply> promise);
  void join(UserId id, Waiter waiter, Clock::TimePoint now);
  bool queue_takes(Clock::Duration time, Clock::TimePoint now) const;
  void invalidate(const Invalidate& message);
  bool has_lease() const;
  std::optional<FoundUser> stale(UserId id);
  void supersede_lookup_of(UserId id);
  void supersede(InFlightLookup& lookup);
  void send_batches(bool any_size);
  void send(Batch batch);
  void complete(Batch& batch, FindUsersReply& reply);
  bool replaces_cached(const User& user);
  void fail(Batch& batch, const Error& error);
  void retry(Batch& batch);
  void sweep();
  bool drop_expired(InFlightLookup& lookup, Deadline now);
  void close(InFlightLookup& lookup);

  Self& self_;
  UserLookupOptions options_;
  LookupStoreHandle store_;
  UserCache cache_;
  UnknownOutcomes unknown_outcomes_;                         // not to be cached
  Clock::TimePoint confirmed_at_ = Clock::TimePoint::min();  // the cache was valid then
  Clock::TimePoint lease_until_ = Clock::TimePoint::min();   // of a shared database: the lease
  std::unordered_map<UserId, InFlightLookupRef> joinable_;   // not sent, or sent and not superseded
  std::deque<InFlightLookupRef> pending_;                    // not sent
  std::unordered_map<std::uint64_t, Batch> sent_;            // with the store
  std::uint64_t next_batch_ = 0;
  std::size_t last_batch_size_ = 0;
  TimerSet retries_;
  Ticker sweeper_;
};

}  // namespace rollcall::actors
