// Passes the requests of one loop to the actors, and their replies back.
//
// Purpose  turns requests into messages and replies into responses; enforces the deadlines.
// Owns     the requests under way, and one timer while there are any; the streams of events.
// Receives Serve, ChangesRead, Drain, GetLoopStats.
// Ends     by a bug, or with its supervisor.
// Restart  by the supervisor `edge`.
// Lost     the requests under way: reads are answered 503 storage-unavailable, writes that were
//          sent to the write sequencer 503 outcome-unknown. Streams end.
#pragma once

#include <array>
#include <deque>
#include <memory>
#include <optional>
#include <vector>

#include <tl/expected.hpp>

#include "actors/directory/handles.hpp"
#include "actors/runtime/loop_actor.hpp"
#include "actors/runtime/ticker.hpp"
#include "http/api/gateway_handle.hpp"
#include "http/api/pending_request.hpp"
#include "http/api/queue_wait.hpp"
#include "http/api/rendered_users.hpp"
#include "http/api/subscribers.hpp"
#include "http/server/loop_state.hpp"
#include "http/wire/response.hpp"

namespace rollcall::http {

/// The actors that a gateway sends requests to, by addresses that outlive restarts.
struct GatewayPeers {
  actors::UserLookupHandle lookup;
  actors::PageStoreHandle pages;
  actors::WriteSequencerHandle sequencer;
  actors::InvalidationFeedHandle feed;
  actors::ChangeReaderHandle changes{};  // may be null: then streams only begin
};

class Gateway {
 public:
  using Handle = GatewayHandle;
  using Self = actors::LoopActor<Gateway>;

  /// A page that was lost in a crash of the store is requested again, once, after this delay: by
  /// then the supervisor has tried a first restart (after 100 ms at most, plus the time to open).
  static constexpr std::chrono::milliseconds retry_delay{150};
  /// Requests for pages are with the store until they ask for so many users together, as those for
  /// lookups wait behind them. A page counts for some users more than it has; a change counts as a
  /// user.
  static constexpr std::size_t users_at_store = 2'048;
  static constexpr std::size_t users_for_a_page = 16;
  /// How often deadlines are checked while any request is under way.
  static constexpr std::chrono::milliseconds sweep_interval{10};

  /// `cached_users`: how many users the cache of `peers.lookup` may hold.
  Gateway(Self& self, GatewayPeers peers, std::shared_ptr<LoopState> state,
          std::size_t cached_users = 0, const SubscriberOptions& subscribers = {});
  Gateway(const Gateway&) = delete;
  Gateway& operator=(const Gateway&) = delete;
  ~Gateway();

  Handle::behavior_type behavior();

 private:
  void serve(const PendingRequestRef& pending);
  void read_user(const PendingRequestRef& pending, const ReadUser& read);
  RepresentationRef representation_of(const actors::FoundUser& found);
  void send_pages();
  void send_page(const PendingRequestRef& pending, std::size_t cost, bool retried = false);
  void answer_page(const PendingRequestRef& pending, const UserPage& found);
  void answer_page(const PendingRequestRef& pending, const ChangesPage& page);
  template <class Reply, class Message>
  void ask_page(Message message, const PendingRequestRef& pending, std::size_t cost, bool retried);
  void end_page(std::size_t cost);
  void write(const PendingRequestRef& pending, Change change);
  void invalidate(const PendingRequestRef& pending, std::optional<UserId> id);
  void sweep();
  void measure_waits(actors::Clock::TimePoint now);

  Self& self_;
  GatewayPeers peers_;
  std::shared_ptr<LoopState> state_;
  std::vector<PendingRequestRef> under_way_;  // answered ones stay until the next sweep
  std::array<QueueWait, 3> waits_{};          // by RequestKind
  std::deque<PendingRequestRef> pages_;       // not yet sent to the store
  std::size_t users_asked_for_ = 0;           // by pages that are with the store
  std::vector<actors::ReplyPromise<Drained>> drains_;
  RenderedUsers rendered_;
  actors::TimerSet retries_;
  actors::Ticker sweeper_;
  Subscribers subscribers_;
};

}  // namespace rollcall::http
