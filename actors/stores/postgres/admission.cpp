#include "actors/stores/postgres/admission.hpp"

#include <utility>

#include <spdlog/spdlog.h>
#include <caf/send.hpp>

namespace rollcall::actors {

LinkPermit::LinkPermit(PermitCountRef permits, PgAdmissionHandle giver)
    : permits_(std::move(permits)), giver_(std::move(giver)), number_(permits_->next++) {
  ++permits_->alive;
}

LinkPermit::~LinkPermit() {
  --permits_->alive;
  caf::anon_send(giver_, LinkLeft{number_});
}

PgAdmission::PgAdmission(Self& self, PermitCountRef permits, InvalidationFeedHandle feed)
    : self_(self), permits_(std::move(permits)), feed_(std::move(feed)), chosen_at_(self.now()) {}

PgAdmission::Handle::behavior_type PgAdmission::behavior() {
  return {
      [this](const AdmitLink& asked) -> caf::result<AdmitLinkReply> {
        admit(asked, self_.promise<AdmitLinkReply>());
        return deferred<AdmitLinkReply>;
      },
      [this](const AwaitRecall& message) -> caf::result<Recalled> {
        const auto found = admitted_.find(message.permit);
        if (found == admitted_.end() || moving_) return Recalled{};
        found->second = self_.promise<Recalled>();
        return deferred<Recalled>;
      },
      [this](const LinkLeft& message) {
        auto left = admitted_.extract(message.permit);
        if (left && left.mapped()) left.mapped()->deliver({});
        go_on_moving();
      },
  };
}

void PgAdmission::admit(const AdmitLink& asked, ReplyPromise<AdmitLinkReply> promise) {
  if (const char* why = rejection(asked)) {
    promise.deliver(tl::unexpected(std::string(why)));
    return;
  }
  const bool here = asked.replica || (server_ && server_->is(asked.server));
  if (here && !moving_) return give_permit(promise);
  waiting_.push_back({asked, std::move(promise)});
  if (!here) move_to(asked.server);
}

// Why this connection must not serve; null if it may, once all links are at its server.
const char* PgAdmission::rejection(const AdmitLink& asked) const {
  const auto& to = asked.server;
  const bool same_system = server_ && to.system == server_->system;
  if (asked.replica) {
    const bool known = server_ && !to.system.empty() && !server_->system.empty();
    return known && !same_system ? "the replica belongs to another primary" : nullptr;
  }
  if (server_ && to.is(*server_)) return nullptr;
  if (asked.since < chosen_at_) {
    return "it was looked up before the others came to their server";
  }
  if (!server_) return nullptr;
  if (moving_) return "the other connections are moving to another server";
  if (admitted_.empty()) return nullptr;
  if (to.read_only) return "it is read-only, and the others are at another server";
  if (same_system && to.timeline < server_->timeline) return "it is on an earlier timeline";
  return nullptr;
}

void PgAdmission::move_to(const db::PgServer& server) {
  if (server_) {
    spdlog::warn(
        "{}: PostgreSQL is another server now, or was started again (system {}, timeline {}): "
        "all connections are remade, and the caches are cleared",
        self_.actor_name(), server.system, server.timeline);
  }
  server_ = server;
  chosen_at_ = self_.now();
  moving_ = true;
  for (auto& [number, recall] : admitted_) {
    if (auto owed = std::exchange(recall, std::nullopt)) owed->deliver({});
  }
  go_on_moving();
}

// First all links leave, then the caches are cleared, then the waiting links are admitted.
void PgAdmission::go_on_moving() {
  if (!moving_ || clearing_) return;
  if (permits_->alive != 0) {
    // Permits of a predecessor notify only the actor that issued them: poll the count.
    again_ = self_.after(again_after, [this] { go_on_moving(); });
    return;
  }
  clearing_ = true;
  self_.ask(
      feed_, Invalidate{{}, true}, [this](const Invalidated&) { arrive(); },
      [this](const caf::error&) {
        clearing_ = false;
        again_ = self_.after(again_after, [this] { go_on_moving(); });
      });
}

void PgAdmission::arrive() {
  moving_ = clearing_ = false;
  for (auto& waiting : std::exchange(waiting_, {})) {
    if (const char* why = rejection(waiting.asked)) {
      waiting.promise.deliver(tl::unexpected(std::string(why)));
    } else {
      give_permit(waiting.promise);
    }
  }
}

void PgAdmission::give_permit(ReplyPromise<AdmitLinkReply>& promise) {
  const auto giver = caf::actor_cast<PgAdmissionHandle>(caf::strong_actor_ptr{self_.ctrl()});
  const auto permit = std::make_shared<const LinkPermit>(permits_, giver);
  admitted_.emplace(permit->number(), std::nullopt);
  promise.deliver(permit);
}

}  // namespace rollcall::actors
