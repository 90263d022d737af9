#include "actors/pg_feed.hpp"

#include <utility>

#include <spdlog/spdlog.h>
#include <caf/send.hpp>

#include "actors/forget_round.hpp"
#include "db/pg_notices.hpp"
#include "db/pg_statements.hpp"

namespace rollcall::actors {

namespace {

// Silence of the server is what the feed's timeout bounds, not a statement's.
PgLinkOptions for_listening(const PgFeedOptions& options) {
  auto link = options.link;
  link.statement_timeout = options.timeout;
  link.handshake.statements = db::sql::postgres::for_listening;
  return link;
}

}  // namespace

PgFeed::PgFeed(Self& self, const PgFeedOptions& options, std::vector<DirectoryHandle> directories)
    : self_(self),
      options_(options),
      directories_(std::move(directories)),
      outage_(self.actor_name(), options.link.target.shown()),
      link_(host_of(self), for_listening(options),
            {[this] { listen(); }, [this](const db::PgResult& result) { take(result); },
             [this](const db::PgFault& fault) { lost(fault); },
             [this](const db::PgNotice& notice) { hear(notice); }}) {
  link_.start();
}

PgFeed::Handle::behavior_type PgFeed::behavior() {
  return {
      [this](const Forget& message) -> caf::result<Forgotten> {
        forget_everywhere(self_, directories_, message, self_.promise<Forgotten>());
        return later<Forgotten>;
      },
      [this](const Probe&) -> ProbeReply {
        if (heard_) return Serving{};
        return tl::unexpected(link_.not_serving());
      },
  };
}

void PgFeed::listen() {
  link_.send<db::sql::postgres::listen>();
  link_.send<db::sql::postgres::listen_to_heartbeats>();
  link_.send_sync();
  link_.flush();
}

void PgFeed::take(const db::PgResult& result) {
  if (!result.is_sync() && !result.is_good()) {
    return link_.drop(result.fault("the listening connection"));
  }
  if (!result.is_sync()) return;
  if (std::exchange(listening_, true)) {
    answered_ = true;
  } else {
    forget_all();
    beat();
  }
}

// The next one is sent when its time has come and the last one has arrived.
void PgFeed::beat() {
  const auto now = self_.now();
  if (sent_at_ && now - *sent_at_ >= options_.timeout) {
    if (answered_) return link_.drop({db::PgFault::Kind::unheard, "no heartbeat arrives"});
    return link_.drop({db::PgFault::Kind::silent, "the heartbeat was not answered"});
  }
  if (!sent_at_) {
    sent_at_ = now;
    answered_ = false;
    ++beats_;
    link_.send<db::sql::postgres::heartbeat>(std::string_view(heartbeat()));
    link_.send_sync();
    link_.flush();
  }
  next_beat_ = self_.after(options_.heartbeat, [this] { beat(); });
}

std::string PgFeed::heartbeat() const { return options_.origin + ' ' + std::to_string(beats_); }

void PgFeed::hear(const db::PgNotice& notice) {
  if (notice.channel == db::sql::postgres::heartbeat_channel) return hear_heartbeat(notice.payload);
  const auto change = db::parse_payload(notice.payload);
  if (!change) {
    spdlog::warn("{}: a notice that is none of ours: all is forgotten", self_.actor_name());
    return forget_all();
  }
  // Also of this process's own writes: the registrar may have given one up before it was committed.
  tell_all(Forget{change->ids, change->everybody});
}

// PostgreSQL delivers notifications in the order of the commits: what was committed before the
// heartbeat was sent has been heard by now. Heartbeats of other nodes say nothing.
void PgFeed::hear_heartbeat(const std::string& payload) {
  if (!sent_at_ || payload != heartbeat()) return;
  const auto sent_at = *std::exchange(sent_at_, std::nullopt);
  tell_all(Vouch{sent_at, sent_at + options_.timeout});
  link_.worked();
  heard_ = true;
  outage_.over();
}

void PgFeed::lost(const db::PgFault& fault) {
  next_beat_.reset();
  sent_at_.reset();
  heard_ = false;
  if (std::exchange(listening_, false)) tell_all(Distrust{});
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
