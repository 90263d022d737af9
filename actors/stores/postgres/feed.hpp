// The change feed where other nodes write too: hears what they change, by LISTEN, and tells every
// directory of this process what to forget.
//
// Owns     a connection that listens, and one that sends heartbeats for it to hear.
// Receives Forget from the registrar, from the storage supervisor before a restart, and from
//          gateways that lost the registrar with a write of theirs; Probe.
// Ends     by a bug, or with its supervisor. Losing the database ends nothing: the directories stop
//          trusting what they keep, and it connects again on its own schedule.
// Restart  by the lookup supervisor (rest_for_one): the directories end with it and start empty.
// Lost     nothing that an empty directory would need.
//
// A directory trusts its cache only as long as the feed vouches for it. A heartbeat is a NOTIFY; it
// vouches, when it ARRIVES, from when it was sent, for feed.timeout: notifications are one queue,
// so that what was committed before it has been heard. A statement that is answered proves nothing:
// a transaction pooler answers it from another server connection than the one that listens. The
// heartbeat is sent over another connection, since such a pooler passes on what comes along with
// the answer to the listening connection's own statement. So trust ends by itself where the network
// is cut without a word, or where this actor's loop hangs. After a gap in listening all is
// forgotten first, and where the heartbeat tells that the table is another one.
//
// Notices of this process's own writes are heard as those of others: a COMMIT may come later than
// the write store waits for it.
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

struct PgFeedOptions {
  PgLinkOptions link;
  std::string origin;  // names this process's heartbeats
  std::chrono::milliseconds heartbeat{500};
  std::chrono::milliseconds timeout{2'000};
  std::string sender_name = "rollcall heartbeat";  // application_name of the second connection
};

class PgFeed {
 public:
  using Handle = FeedHandle;
  using Self = LoopActor<PgFeed>;

  PgFeed(Self& self, const PgFeedOptions& options, std::vector<DirectoryHandle> directories);
  Handle::behavior_type behavior();

 private:
  /// A heartbeat that has not arrived yet.
  struct Beat {
    std::uint64_t number;
    Clock::TimePoint sent_at;
    bool answered = false;  // a statement that the listening connection was asked at that time
  };

  void listen();
  void beat();
  void send_beat();
  void take(const db::PgResult& result);
  void take_sent(const db::PgResult& result);
  void hear(const db::PgNotice& notice);
  void hear_beat(const db::PgNotice& notice);
  void lost(const db::PgFault& fault);
  void fail(const db::PgFault& fault);
  void forget_all();
  template <class Message>
  void tell_all(const Message& message);

  Self& self_;
  PgFeedOptions options_;
  std::vector<DirectoryHandle> directories_;
  bool listening_ = false;  // LISTEN has been answered
  std::optional<Beat> beat_{};
  std::uint64_t beats_sent_ = 0;
  Clock::TimePoint vouched_until_ = Clock::TimePoint::min();
  std::string table_{};  // as the last heartbeat told
  std::optional<db::PgFault> trouble_{};
  LimitedLog log_;
  PgOutage outage_;
  Timer next_beat_;
  PgLink link_;
  PgLink sender_;
};

}  // namespace rollcall::actors
