// The invalidation feed of a database that other nodes write to as well: receives their changes by
// LISTEN, and passes each on to every cache of this process.
//
// Owns     a connection that listens, and one that sends heartbeats.
// Receives Invalidate from the write sequencer, from admission, from the storage supervisor before
//          a restart, and from gateways whose write got `receiver_down`; Probe.
// Ends     by a bug, or with its supervisor. Losing the database ends nothing: the leases of the
//          caches end, and it reconnects on its own schedule.
// Restart  by the lookup supervisor (rest_for_one): the user lookups end with it and start empty.
// Lost     invalidations in progress, which empty caches do not need.
//
// Each heartbeat that comes back renews a lease of invalidation.timeout_ms on every cache, counted
// from when it was sent. A heartbeat is a NOTIFY: notifications are one queue, so whatever was
// committed before it has been received. An answered statement proves nothing: a transaction pooler
// may run it on another server connection than the one that listens. The heartbeat is sent over a
// second connection, since such a pooler passes on notifications together with the reply to the
// listening connection's own statement. So a lease ends by itself if the network is cut silently,
// or if this actor's loop hangs. The caches are cleared before the next lease after a gap in
// LISTEN, and when the heartbeat shows that the table `users` was replaced.
//
// Notifications of this process's own writes are handled like those of others: a COMMIT may take
// effect later than the write store waits for it.
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "actors/directory/handles.hpp"
#include "actors/runtime/loop_actor.hpp"
#include "actors/stores/postgres/link.hpp"
#include "actors/stores/postgres/outage.hpp"

namespace rollcall::actors {

/// `heartbeat` is the interval between heartbeats. `timeout` is the length of a lease, and how long
/// a heartbeat may be under way.
struct PgInvalidationFeedOptions {
  PgLinkOptions link;
  std::string origin;  // names this process's heartbeats
  std::chrono::milliseconds heartbeat{500};
  std::chrono::milliseconds timeout{2'000};
  std::string sender_name = "rollcall heartbeat";  // application_name of the second connection
};

class PgInvalidationFeed {
 public:
  using Handle = InvalidationFeedHandle;
  using Self = LoopActor<PgInvalidationFeed>;

  /// `changes` is told of each notification; it may be null.
  PgInvalidationFeed(Self& self, const PgInvalidationFeedOptions& options,
                     std::vector<UserLookupHandle> user_lookups, ChangeReaderHandle changes = {});
  Handle::behavior_type behavior();

 private:
  /// A heartbeat that has not arrived yet.
  struct Heartbeat {
    std::uint64_t number;
    Clock::TimePoint sent_at;
    bool answered = false;  // the probe that was sent with it on the listening connection
  };

  void listen();
  void heartbeat_or_drop();
  void send_heartbeat();
  void on_result(const db::PgResult& result);
  void on_sender_result(const db::PgResult& result);
  void on_notification(const db::PgNotification& notification);
  void on_heartbeat(const db::PgNotification& notification);
  void on_lost(const db::PgError& error);
  void fail(const db::PgError& error);
  void invalidate_all();
  void invalidate(const Invalidate& message);
  template <class Message>
  void send_to_all(const Message& message);

  Self& self_;
  PgInvalidationFeedOptions options_;
  std::vector<UserLookupHandle> user_lookups_;
  ChangeReaderHandle changes_;
  bool listening_ = false;  // LISTEN has been answered
  std::optional<Heartbeat> heartbeat_{};
  std::uint64_t heartbeats_sent_ = 0;
  Clock::TimePoint lease_until_ = Clock::TimePoint::min();
  std::string table_{};  // the table `users`, by the last heartbeat
  std::optional<db::PgError> trouble_{};
  LimitedLog log_;
  PgOutage outage_;
  Timer next_heartbeat_;
  PgLink link_;
  PgLink sender_;
};

}  // namespace rollcall::actors
