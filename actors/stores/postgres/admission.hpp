// Keeps all connections of the process to the primary at one server. When the server's name moves
// to another server, no connection serves there before the others have left the old server and
// every cache has been cleared of rows from it.
//
// Owns     the identity of the present server, and the links that wait to be admitted; it lives on
//          the control loop.
// Receives AdmitLink from each PgLink after its handshake (not that of `schema`); AwaitRecall from
//          those admitted; LinkLeft from each permit that ends, also if its owner crashed.
// Ends     by a bug, or with its supervisor: then each link that it had admitted reconnects.
// Restart  by the supervisor `storage`. It admits no link to the primary before the permits of its
//          predecessor have ended and the caches are cleared.
// Lost     the requests to be admitted: these links get an error, and reconnect.
//
// A restarted server counts as another one: it may have been restored from a backup. A read-only
// server, or an earlier timeline of the same one, does not replace a server that any link is at.
// Nor does one whose name a link looked up before the others moved to their server: the answer may
// be older than the move. A replica is refused if it is known to belong to another primary.
#pragma once

#include <atomic>
#include <cstdint>
#include <deque>
#include <map>
#include <memory>
#include <optional>
#include <string>

#include <caf/allowed_unsafe_message_type.hpp>

#include "actors/directory/handles.hpp"
#include "actors/runtime/loop_actor.hpp"
#include "db/postgres/handshake.hpp"

namespace rollcall::actors {

/// Asks whether a connection to this server may be used.
struct AdmitLink {
  db::PgServer server;
  Clock::TimePoint since;  // when the lookup of the host names began
  bool replica = false;
};
class LinkPermit;
using LinkPermitRef = std::shared_ptr<const LinkPermit>;
/// A permit, to be held for as long as the connection is open; or why it is refused.
using AdmitLinkReply = tl::expected<LinkPermitRef, std::string>;

/// Answered when the link with this permit has to leave.
struct AwaitRecall {
  std::uint64_t permit;
};
struct Recalled {};
/// A permit has ended.
struct LinkLeft {
  std::uint64_t permit;
};

using PgAdmissionHandle = caf::typed_actor<
    // Answers when the link may serve.
    caf::replies_to<AdmitLink>::with<AdmitLinkReply>,
    // Answers when the link must not serve any more; at once where the permit is not its own.
    caf::replies_to<AwaitRecall>::with<Recalled>,
    // Notes that the connection is closed.
    caf::reacts_to<LinkLeft>>;

/// Counts the permits of the process. Outlives the actor that issues them, so that its successor
/// knows when the last of them has ended. Any thread.
struct PermitCount {
  std::atomic<std::uint64_t> alive = 0;
  std::atomic<std::uint64_t> next = 1;
};
using PermitCountRef = std::shared_ptr<PermitCount>;

class LinkPermit {
 public:
  LinkPermit(PermitCountRef permits, PgAdmissionHandle giver);
  LinkPermit(const LinkPermit&) = delete;
  LinkPermit& operator=(const LinkPermit&) = delete;
  ~LinkPermit();

  std::uint64_t number() const { return number_; }

 private:
  PermitCountRef permits_;
  PgAdmissionHandle giver_;
  std::uint64_t number_;
};

class PgAdmission {
 public:
  using Handle = PgAdmissionHandle;
  using Self = LoopActor<PgAdmission>;

  /// The pause before it checks again for open permits, or repeats an invalidation that failed.
  static constexpr std::chrono::milliseconds again_after{20};

  PgAdmission(Self& self, PermitCountRef permits, InvalidationFeedHandle feed);
  Handle::behavior_type behavior();

 private:
  struct Waiting {
    AdmitLink asked;
    ReplyPromise<AdmitLinkReply> promise;
  };

  void admit(const AdmitLink& asked, ReplyPromise<AdmitLinkReply> promise);
  const char* rejection(const AdmitLink& asked) const;
  void move_to(const db::PgServer& server);
  void go_on_moving();
  void arrive();
  void give_permit(ReplyPromise<AdmitLinkReply>& promise);

  Self& self_;
  PermitCountRef permits_;
  InvalidationFeedHandle feed_;
  std::optional<db::PgServer> server_{};  // of all connections; while moving_: their next one
  Clock::TimePoint chosen_at_;            // when server_ was set; before that, when this started
  bool moving_ = false;
  bool clearing_ = false;
  std::deque<Waiting> waiting_;
  std::map<std::uint64_t, std::optional<ReplyPromise<Recalled>>> admitted_;
  Timer again_;
};

}  // namespace rollcall::actors

CAF_ALLOW_UNSAFE_MESSAGE_TYPE(rollcall::actors::AdmitLink)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(rollcall::actors::AdmitLinkReply)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(rollcall::actors::AwaitRecall)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(rollcall::actors::Recalled)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(rollcall::actors::LinkLeft)
