#include "actors/stores/postgres/invalidation_feed.hpp"

#include <utility>

#include <caf/send.hpp>

#include "actors/directory/invalidation_round.hpp"
#include "actors/stores/postgres/warnings.hpp"
#include "db/postgres/notifications.hpp"
#include "db/postgres/statements.hpp"

namespace rollcall::actors {

namespace {

// On both links the server may be silent for the feed's timeout, not for the statement timeout.
PgLinkOptions for_listening(const PgInvalidationFeedOptions& options) {
  auto link = options.link;
  link.statement_timeout = options.timeout;
  link.handshake.statements = db::sql::postgres::for_listening;
  return link;
}

PgLinkOptions for_heartbeats(const PgInvalidationFeedOptions& options) {
  auto link = options.link;
  link.application_name = options.sender_name;
  link.statement_timeout = options.timeout;
  link.handshake.statements = db::sql::postgres::for_heartbeats;
  link.handshake.unflushed = true;  // no flush, and no wait for a synchronous standby
  return link;
}

}  // namespace

PgInvalidationFeed::PgInvalidationFeed(Self& self, const PgInvalidationFeedOptions& options,
                                       std::vector<UserLookupHandle> user_lookups,
                                       ChangeReaderHandle changes)
    : self_(self),
      options_(options),
      user_lookups_(std::move(user_lookups)),
      changes_(std::move(changes)),
      log_(schedule_of(self)),
      outage_(log_, self.actor_name(), options.link.target.shown()),
      link_(owner_of(self), for_listening(options),
            {[this] { listen(); }, [this](const db::PgResult& result) { on_result(result); },
             [this](const db::PgError& error) { on_lost(error); },
             [this](const db::PgNotification& notification) { on_notification(notification); }}),
      sender_(owner_of(self), for_heartbeats(options),
              {[this] {
                 if (listening_) heartbeat_or_drop();
               },
               [this](const db::PgResult& result) { on_sender_result(result); },
               [this](const db::PgError& error) { fail(error); }}) {
  link_.start();
  sender_.start();
}

PgInvalidationFeed::Handle::behavior_type PgInvalidationFeed::behavior() {
  return {
      [this](const Invalidate& message) -> caf::result<Invalidated> {
        invalidate_everywhere(self_, user_lookups_, message, self_.promise<Invalidated>());
        return deferred<Invalidated>;
      },
      [this](const Probe&) -> ProbeReply {
        if (self_.now() < lease_until_) return Serving{};
        if (!trouble_) return tl::unexpected(link_.not_serving());
        return tl::unexpected(
            Error{ErrorCode::storage_unavailable, std::string(trouble_->summary())});
      },
  };
}

void PgInvalidationFeed::listen() {
  // One transaction: it listens to both channels, or to none.
  link_.send<db::sql::postgres::listen>();
  link_.send<db::sql::postgres::listen_heartbeat>();
  link_.send_sync();
  link_.flush();
}

void PgInvalidationFeed::on_result(const db::PgResult& result) {
  log_warnings(log_, self_.actor_name(), result);
  if (!result.is_sync() && !result.is_good()) {
    return link_.drop(result.error("the listening connection"));
  }
  if (!result.is_sync()) return;
  if (!std::exchange(listening_, true)) {
    invalidate_all();
    return heartbeat_or_drop();
  }
  if (heartbeat_) heartbeat_->answered = true;
}

void PgInvalidationFeed::on_sender_result(const db::PgResult& result) {
  if (result.is_good() || result.is_sync()) return;
  const auto error = result.error("the heartbeat");
  if (error.connection_lost()) return sender_.drop(error);
  fail(error);
}

// Sends the next heartbeat unless one is still awaited; drops the connection if that is overdue.
void PgInvalidationFeed::heartbeat_or_drop() {
  const auto now = self_.now();
  if (heartbeat_ && now - heartbeat_->sent_at >= options_.timeout) {
    using Kind = db::PgError::Kind;
    return link_.drop(heartbeat_->answered
                          ? db::PgError{Kind::unheard, "a heartbeat was sent, and not heard"}
                          : db::PgError{Kind::silent, "the heartbeat was not answered"});
  }
  if (!heartbeat_ && sender_.ready() && link_.ready()) send_heartbeat();
  next_heartbeat_ = self_.after(options_.heartbeat, [this] { heartbeat_or_drop(); });
}

void PgInvalidationFeed::send_heartbeat() {
  heartbeat_ = Heartbeat{++heartbeats_sent_, self_.now()};
  const auto payload = options_.origin + ' ' + std::to_string(heartbeat_->number);
  sender_.send<db::sql::postgres::notify_heartbeat>(std::string_view(payload));
  sender_.send_sync();
  sender_.flush();
  link_.send<db::sql::probe>();
  link_.send_sync();
  link_.flush();
}

void PgInvalidationFeed::on_notification(const db::PgNotification& notification) {
  if (notification.channel != db::change_channel) return on_heartbeat(notification);
  const auto change = db::parse_payload(notification.payload);
  if (!change) {
    log_.warn("notification", std::string(self_.actor_name()) +
                                  ": an unknown notification: the caches are cleared");
    return invalidate_all();
  }
  // Also of this process's own writes: the write sequencer may have given one up before its commit.
  invalidate({change->ids, change->everybody});
}

// Notifications are one queue: what was committed before the heartbeat has been received.
void PgInvalidationFeed::on_heartbeat(const db::PgNotification& notification) {
  const auto heard = db::parse_heartbeat(notification.payload);
  if (!heard || !heartbeat_ || heard->origin != options_.origin ||
      heard->number != heartbeat_->number) {
    return;  // of another node, or an earlier one
  }
  const auto sent_at = std::exchange(heartbeat_, std::nullopt)->sent_at;
  if (std::exchange(table_, heard->table) != heard->table) invalidate_all();
  trouble_.reset();
  outage_.ready();
  link_.worked();
  sender_.worked();
  lease_until_ = sent_at + options_.timeout;
  send_to_all(RenewLease{sent_at, lease_until_});
}

void PgInvalidationFeed::on_lost(const db::PgError& error) {
  next_heartbeat_.reset();
  if (std::exchange(listening_, false)) send_to_all(RevokeLease{});
  lease_until_ = Clock::TimePoint::min();
  fail(error);
}

// No heartbeat is under way any more.
void PgInvalidationFeed::fail(const db::PgError& error) {
  heartbeat_.reset();
  // `unheard` is the cause of the errors that follow it: /ready keeps showing it.
  const bool explained = trouble_ && trouble_->kind == db::PgError::Kind::unheard;
  if (!explained) trouble_ = error;
  outage_.lost(error);
}

// For gaps: it is not known which changes were missed.
void PgInvalidationFeed::invalidate_all() { invalidate({{}, true}); }

void PgInvalidationFeed::invalidate(const Invalidate& message) {
  send_to_all(message);
  if (changes_) caf::anon_send(changes_, ReadChanges{});
}

template <class Message>
void PgInvalidationFeed::send_to_all(const Message& message) {
  for (const auto& lookup : user_lookups_) {
    // A user lookup that has terminated has no cache; its successor starts without a lease.
    caf::anon_send(lookup, message);
  }
}

}  // namespace rollcall::actors
