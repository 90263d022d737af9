#include "http/api/gateway.hpp"

#include <utility>

#include <spdlog/spdlog.h>

#include "actors/directory/failed_request.hpp"
#include "http/api/user_response.hpp"

namespace rollcall::http {

namespace {

// The write sequencer drops writes whose deadline has passed, and replies so. The gateway waits
// this much longer for that reply before it answers outcome_unknown.
constexpr std::chrono::milliseconds write_grace{50};

}  // namespace

Gateway::Gateway(Self& self, GatewayPeers peers, std::shared_ptr<LoopState> state,
                 std::size_t cached_users)
    : self_(self),
      peers_(std::move(peers)),
      state_(std::move(state)),
      rendered_(cached_users),
      sweeper_(actors::schedule_of(self), sweep_interval, [this] { sweep(); }) {}

Gateway::~Gateway() {
  for (const auto& pending : under_way_) {
    pending->fail(pending->is_write() ? outcome_unknown() : storage_unavailable());
  }
}

Gateway::Handle::behavior_type Gateway::behavior() {
  return {
      [this](const Serve& message) { serve(message.request); },
      [this](const Drain&) -> caf::result<Drained> {
        state_->draining = true;
        drains_.push_back(self_.promise<Drained>());
        sweep();
        return actors::deferred<Drained>;
      },
      [this](const GetLoopStats&) { return state_->stats; },
  };
}

void Gateway::serve(const PendingRequestRef& pending) {
  if (self_.now() >= pending->deadline()) {
    pending->fail(deadline_exceeded());
    return;
  }
  pending->if_dropped(ProblemType::internal);
  under_way_.push_back(pending);
  sweeper_.arm();
  auto& operation = pending->operation();
  if (auto* read = std::get_if<ReadUser>(&operation)) {
    read_user(pending, *read);
  } else if (auto* page = std::get_if<PageQuery>(&operation)) {
    read_page(pending, *page);
  } else {
    write(pending, std::get<Change>(std::move(operation)));
  }
}

void Gateway::read_user(const PendingRequestRef& pending, const ReadUser& read) {
  self_.ask(
      peers_.lookup, actors::FindUser{read.id, pending->deadline(), read.fresh},
      [this, pending](const actors::FindUserReply& found) {
        if (!pending->open()) return;
        if (!found) return pending->fail(found.error());
        const auto& precondition = std::get<ReadUser>(pending->operation()).precondition;
        auto response = read_response(
            *found, found->cached ? rendered_.json_of(found->user) : render_user(*found->user),
            precondition);
        if (!response) return pending->fail(response.error());
        pending->answer(std::move(*response));
      },
      [pending](const caf::error&) { pending->fail(storage_unavailable()); });
}

void Gateway::read_page(const PendingRequestRef& pending, const PageQuery& page, bool retried) {
  self_.ask(
      peers_.pages, actors::ListUsers{page, pending->deadline()},
      [pending](const actors::ListUsersReply& listed) {
        if (!pending->open()) return;
        if (!listed) return pending->fail(listed.error());
        int limit = std::get<PageQuery>(pending->operation()).limit;
        pending->answer(page_response(*listed, limit));
      },
      [this, pending, page, retried](const caf::error& failure) {
        if (failure == actors::unavailable || retried) {
          return pending->fail(storage_unavailable());
        }
        retries_.after(self_, retry_delay,
                       [this, pending, page] { read_page(pending, page, true); });
      });
}

void Gateway::write(const PendingRequestRef& pending, Change change) {
  bool created = std::holds_alternative<CreateUser>(change);
  auto id = target_of(change);
  self_.ask(
      peers_.sequencer, actors::WriteUser{std::move(change), pending->deadline()},
      [pending, created](const actors::WriteUserReply& written) {
        if (!pending->open()) return;
        if (!written) return pending->fail(written.error());
        pending->answer(change_response(*written, created));
      },
      [this, pending, id](const caf::error& failure) {
        auto outcome = actors::outcome_of_failed_request(failure);
        if (outcome.code == ErrorCode::outcome_unknown) {
          invalidate(pending, id);
        } else {
          pending->fail(outcome);
        }
      });
}

// The write sequencer has terminated before it replied, so the gateway invalidates the user. The id
// of a create is not known; but all caches are cleared before a write sequencer is restarted.
void Gateway::invalidate(const PendingRequestRef& pending, std::optional<UserId> id) {
  if (!id) return pending->fail(outcome_unknown());
  self_.ask(
      peers_.feed, actors::Invalidate{{}, false, {*id}},
      [pending](const actors::Invalidated&) { pending->fail(outcome_unknown()); },
      // Without an invalidation feed there is no cache either.
      [pending](const caf::error&) { pending->fail(outcome_unknown()); });
}

void Gateway::sweep() {
  auto now = self_.now();
  for (const auto& pending : under_way_) {
    if (!pending->open()) continue;
    if (pending->is_write()) {
      if (now >= pending->deadline() + write_grace) pending->fail(outcome_unknown());
    } else if (now >= pending->deadline()) {
      pending->fail(deadline_exceeded());
    }
  }
  std::erase_if(under_way_, [](const auto& pending) { return !pending->open(); });
  if (state_->stats.in_flight == 0 && state_->stats.unsent == 0) {
    for (auto& drain : drains_) drain.deliver({});
    drains_.clear();
  }
  if (!under_way_.empty() || !drains_.empty()) sweeper_.arm();
}

}  // namespace rollcall::http
