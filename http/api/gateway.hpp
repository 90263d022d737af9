// Passes the requests of one loop to the actors, and their replies back.
//
// Purpose  turns requests into messages and replies into responses; enforces the deadlines.
// Owns     the requests under way, and one timer while there are any.
// Receives Serve, Drain, GetLoopStats.
// Ends     by a bug, or with its supervisor.
// Restart  by the supervisor `edge`.
// Lost     the requests under way: reads are answered 503 storage-unavailable, writes that were
//          sent to the write sequencer 503 outcome-unknown.
#pragma once

#include <memory>
#include <optional>
#include <vector>

#include "actors/directory/handles.hpp"
#include "actors/runtime/loop_actor.hpp"
#include "actors/runtime/ticker.hpp"
#include "http/api/gateway_handle.hpp"
#include "http/api/pending_request.hpp"
#include "http/api/rendered_users.hpp"
#include "http/server/loop_state.hpp"

namespace rollcall::http {

/// The actors that a gateway sends requests to, by addresses that outlive restarts.
struct GatewayPeers {
  actors::UserLookupHandle lookup;
  actors::PageStoreHandle pages;
  actors::WriteSequencerHandle sequencer;
  actors::InvalidationFeedHandle feed;
};

class Gateway {
 public:
  using Handle = GatewayHandle;
  using Self = actors::LoopActor<Gateway>;

  /// A page that was lost in a crash of the store is requested again, once, after this delay: by
  /// then the supervisor has tried a first restart (after 100 ms at most, plus the time to open).
  static constexpr std::chrono::milliseconds retry_delay{150};
  /// How often deadlines are checked while any request is under way.
  static constexpr std::chrono::milliseconds sweep_interval{10};

  /// `cached_users`: how many users the cache of `peers.lookup` may hold.
  Gateway(Self& self, GatewayPeers peers, std::shared_ptr<LoopState> state,
          std::size_t cached_users = 0);
  Gateway(const Gateway&) = delete;
  Gateway& operator=(const Gateway&) = delete;
  ~Gateway();

  Handle::behavior_type behavior();

 private:
  void serve(const PendingRequestRef& pending);
  void read_user(const PendingRequestRef& pending, const ReadUser& read);
  void read_page(const PendingRequestRef& pending, const PageQuery& page, bool retried = false);
  void write(const PendingRequestRef& pending, Change change);
  void invalidate(const PendingRequestRef& pending, std::optional<UserId> id);
  void sweep();

  Self& self_;
  GatewayPeers peers_;
  std::shared_ptr<LoopState> state_;
  std::vector<PendingRequestRef> under_way_;  // answered ones stay until the next sweep
  std::vector<actors::ReplyPromise<Drained>> drains_;
  RenderedUsers rendered_;
  actors::TimerSet retries_;
  actors::Ticker sweeper_;
};

}  // namespace rollcall::http
