// The change feed where other nodes write too: hears what they change, by LISTEN, and tells every
// directory of this process what to forget.
//
// Owns     a connection that listens, and proves by a heartbeat that it still hears.
// Receives Forget from the registrar, from the storage supervisor before a restart, and from
//          gateways that lost the registrar with a write of theirs; Probe.
// Ends     by a bug, or with its supervisor. Losing the database ends nothing: the directories stop
//          trusting what they keep, and it connects again on its own schedule.
// Restart  by the lookup supervisor (rest_for_one): the directories end with it and start empty.
// Lost     nothing that an empty directory would need.
//
// A directory trusts its cache only as long as the feed vouches for it. A heartbeat is a NOTIFY to
// itself: its arrival, and nothing else, vouches from when it was sent, for feed.timeout. That it
// was answered proves a connection, not that notifications arrive: a pooler may give each
// transaction another connection to the server. So trust ends by itself where the network is cut
// without a word, or where this actor's loop hangs. After a gap in listening all is forgotten
// first.
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "actors/handles.hpp"
#include "actors/loop_actor.hpp"
#include "actors/pg_link.hpp"
#include "actors/pg_outage.hpp"

namespace rollcall::actors {

struct PgFeedOptions {
  PgLinkOptions link;
  std::string origin;  // this process's own notices are not listened to
  std::chrono::milliseconds heartbeat{500};
  std::chrono::milliseconds timeout{2'000};
};

class PgFeed {
 public:
  using Handle = FeedHandle;
  using Self = LoopActor<PgFeed>;

  PgFeed(Self& self, const PgFeedOptions& options, std::vector<DirectoryHandle> directories);
  Handle::behavior_type behavior();

 private:
  void listen();
  void beat();
  void take(const db::PgResult& result);
  void hear(const db::PgNotice& notice);
  void hear_heartbeat(const std::string& payload);
  std::string heartbeat() const;
  void lost(const db::PgFault& fault);
  void forget_all();
  template <class Message>
  void tell_all(const Message& message);

  Self& self_;
  PgFeedOptions options_;
  std::vector<DirectoryHandle> directories_;
  bool listening_ = false;                     // LISTEN has been answered
  bool heard_ = false;                         // and since then a heartbeat has arrived
  std::optional<Clock::TimePoint> sent_at_{};  // of the heartbeat that is under way
  bool answered_ = false;                      // the server has taken it
  std::uint64_t beats_ = 0;                    // its number
  PgOutage outage_;
  Timer next_beat_;
  PgLink link_;
};

}  // namespace rollcall::actors
