#include "actors/stores/postgres/feed.hpp"

#include <utility>

#include <caf/send.hpp>

#include "actors/directory/forget_round.hpp"
#include "actors/stores/postgres/warnings.hpp"
#include "db/postgres/notices.hpp"
#include "db/postgres/statements.hpp"

namespace rollcall::actors {

namespace {

// Silence of the server is what the feed's timeout bounds, not a statement's.
PgLinkOptions for_listening(const PgFeedOptions& options) {
  auto link = options.link;
  link.statement_timeout = options.timeout;
  link.handshake.statements = db::sql::postgres::for_listening;
  return link;
}

PgLinkOptions for_heartbeats(const PgFeedOptions& options) {
  auto link = options.link;
  link.application_name = options.sender_name;
  link.statement_timeout = options.timeout;
  link.handshake.statements = db::sql::postgres::for_heartbeats;
  link.handshake.unflushed = true;  // no flush, and no wait for a synchronous standby
  return link;
}

}  // namespace

PgFeed::PgFeed(Self& self, const PgFeedOptions& options, std::vector<DirectoryHandle> directories)
    : self_(self),
      options_(options),
      directories_(std::move(directories)),
      log_(schedule_of(self)),
      outage_(log_, self.actor_name(), options.link.target.shown()),
      link_(host_of(self), for_listening(options),
            {[this] { listen(); }, [this](const db::PgResult& result) { take(result); },
             [this](const db::PgFault& fault) { lost(fault); },
             [this](const db::PgNotice& notice) { hear(notice); }}),
      sender_(host_of(self), for_heartbeats(options),
              {[this] {
                 if (listening_) beat();
               },
               [this](const db::PgResult& result) { take_sent(result); },
               [this](const db::PgFault& fault) { fail(fault); }}) {
  link_.start();
  sender_.start();
}

PgFeed::Handle::behavior_type PgFeed::behavior() {
  return {
      [this](const Forget& message) -> caf::result<Forgotten> {
        forget_everywhere(self_, directories_, message, self_.promise<Forgotten>());
        return later<Forgotten>;
      },
      [this](const Probe&) -> ProbeReply {
        if (self_.now() < vouched_until_) return Serving{};
        if (!trouble_) return tl::unexpected(link_.not_serving());
        return tl::unexpected(
            Error{ErrorCode::storage_unavailable, std::string(trouble_->summary())});
      },
  };
}

void PgFeed::listen() {
  // One transaction: who hears the one channel hears the other.
  link_.send<db::sql::postgres::listen>();
  link_.send<db::sql::postgres::listen_heartbeat>();
  link_.send_sync();
  link_.flush();
}

void PgFeed::take(const db::PgResult& result) {
  log_warnings(log_, self_.actor_name(), result);
  if (!result.is_sync() && !result.is_good()) {
    return link_.drop(result.fault("the listening connection"));
  }
  if (!result.is_sync()) return;
  if (!std::exchange(listening_, true)) {
    forget_all();
    return beat();
  }
  if (beat_) beat_->answered = true;
}

void PgFeed::take_sent(const db::PgResult& result) {
  if (result.is_good() || result.is_sync()) return;
  const auto fault = result.fault("the heartbeat");
  if (fault.connection_lost()) return sender_.drop(fault);
  fail(fault);
}

// The next one is sent when its time has come and the last one has arrived.
void PgFeed::beat() {
  const auto now = self_.now();
  if (beat_ && now - beat_->sent_at >= options_.timeout) {
    using Kind = db::PgFault::Kind;
    return link_.drop(beat_->answered
                          ? db::PgFault{Kind::unheard, "a heartbeat was sent, and not heard"}
                          : db::PgFault{Kind::silent, "the heartbeat was not answered"});
  }
  if (!beat_ && sender_.ready() && link_.ready()) send_beat();
  next_beat_ = self_.after(options_.heartbeat, [this] { beat(); });
}

void PgFeed::send_beat() {
  beat_ = Beat{++beats_sent_, self_.now()};
  const auto payload = options_.origin + ' ' + std::to_string(beat_->number);
  sender_.send<db::sql::postgres::notify_heartbeat>(std::string_view(payload));
  sender_.send_sync();
  sender_.flush();
  link_.send<db::sql::probe>();
  link_.send_sync();
  link_.flush();
}

void PgFeed::hear(const db::PgNotice& notice) {
  if (notice.channel != db::change_channel) return hear_beat(notice);
  const auto change = db::parse_payload(notice.payload);
  if (!change) {
    log_.warn("notice", std::string(self_.actor_name()) +
                            ": a notice that is none of ours: all is forgotten");
    return forget_all();
  }
  // Also of this process's own writes: the registrar may have given one up before it was committed.
  tell_all(Forget{change->ids, change->everybody});
}

// What was committed before the heartbeat was sent has been heard by now: they are one queue.
void PgFeed::hear_beat(const db::PgNotice& notice) {
  const auto heard = db::parse_heartbeat(notice.payload);
  if (!heard || !beat_ || heard->origin != options_.origin || heard->number != beat_->number) {
    return;  // another node's
  }
  const auto sent_at = std::exchange(beat_, std::nullopt)->sent_at;
  if (std::exchange(table_, heard->table) != heard->table) forget_all();
  trouble_.reset();
  outage_.over();
  link_.worked();
  sender_.worked();
  vouched_until_ = sent_at + options_.timeout;
  tell_all(Vouch{sent_at, vouched_until_});
}

void PgFeed::lost(const db::PgFault& fault) {
  next_beat_.reset();
  if (std::exchange(listening_, false)) tell_all(Distrust{});
  vouched_until_ = Clock::TimePoint::min();
  fail(fault);
}

// No heartbeat is under way any more.
void PgFeed::fail(const db::PgFault& fault) {
  beat_.reset();
  // That nothing is heard explains more than what follows from it.
  const bool explained = trouble_ && trouble_->kind == db::PgFault::Kind::unheard;
  if (!explained) trouble_ = fault;
  outage_.go_on(fault);
}

// What was missed is not known.
void PgFeed::forget_all() { tell_all(Forget{{}, true}); }

template <class Message>
void PgFeed::tell_all(const Message& message) {
  for (const auto& directory : directories_) {
    // A directory that is gone has forgotten, and its successor waits to be vouched for.
    caf::anon_send(directory, message);
  }
}

}  // namespace rollcall::actors
