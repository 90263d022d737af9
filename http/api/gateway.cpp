#include "http/api/gateway.hpp"

#include <utility>

#include <spdlog/spdlog.h>

#include "actors/directory/failed_request.hpp"
#include "http/api/changes_page.hpp"
#include "http/api/json_user.hpp"
#include "http/api/kept_response.hpp"
#include "http/api/last_modified.hpp"
#include "http/api/list_response.hpp"
#include "http/api/user_response.hpp"

namespace rollcall::http {

namespace {

// The write sequencer drops writes whose deadline has passed, and replies so. The gateway waits
// this much longer for that reply before it answers outcome_unknown.
constexpr std::chrono::milliseconds write_grace{50};

// A change counts as a user.
std::size_t most_users(const Operation& operation) {
  if (const auto* changes = std::get_if<ChangesQuery>(&operation)) {
    return static_cast<std::size_t>(changes->limit);
  }
  const auto& list = std::get<ReadList>(operation).list;
  if (const auto* page = std::get_if<PageQuery>(&list)) {
    return static_cast<std::size_t>(page->limit);
  }
  const auto* ids = std::get_if<UserIds>(&list);
  return ids != nullptr ? ids->size() : 1;
}

}  // namespace

Gateway::Gateway(Self& self, GatewayPeers peers, std::shared_ptr<LoopState> state,
                 std::size_t cached_users, const SubscriberOptions& subscribers)
    : self_(self),
      peers_(std::move(peers)),
      state_(std::move(state)),
      rendered_(cached_users),
      sweeper_(actors::schedule_of(self), sweep_interval, [this] { sweep(); }),
      subscribers_(self, peers_.pages, peers_.changes, state_, subscribers) {}

Gateway::~Gateway() {
  for (const auto& pending : under_way_) {
    pending->fail(pending->is_write() ? outcome_unknown() : storage_unavailable());
  }
}

Gateway::Handle::behavior_type Gateway::behavior() {
  return {
      [this](const Serve& message) { serve(message.request); },
      [this](const actors::ChangesRead& read) {
        subscribers_.take(read);
        return actors::ChangesTaken{};
      },
      [this](const Drain&) -> caf::result<Drained> {
        state_->draining = true;
        subscribers_.end();
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
  } else if (std::holds_alternative<FollowChanges>(operation)) {
    subscribers_.add(pending);
  } else if (pending->kind() == RequestKind::page) {
    pages_.push_back(pending);
    send_pages();
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
        auto response = read_response(*found, representation_of(*found),
                                      std::get<ReadUser>(pending->operation()).precondition);
        if (!response) return pending->fail(response.error());
        pending->answer(std::move(*response));
      },
      [pending](const caf::error&) { pending->fail(storage_unavailable()); });
}

RepresentationRef Gateway::representation_of(const actors::FoundUser& found) {
  const auto& user = *found.user;
  const auto now = [this] { return self_.wall_now(); };
  if (found.cached) return rendered_.of(found.user, now);
  const auto date = found.stale_for ? last_modified_of_stale(user.updated_at)
                                    : last_modified_of(user.updated_at, now());
  return std::make_shared<const Representation>(represent(user, date));
}

void Gateway::send_pages() {
  while (!pages_.empty()) {
    const auto pending = pages_.front();
    if (state_->buffers_half_full()) {
      pages_.pop_front();
      Problem overload{ProblemType::overloaded, {}};
      overload.retry_after = state_->queue(RequestKind::page).retry_after();
      pending->fail(overload);
      continue;
    }
    const auto cost = most_users(pending->operation()) + users_for_a_page;
    if (users_asked_for_ > 0 && users_asked_for_ + cost > users_at_store) return;
    pages_.pop_front();
    users_asked_for_ += cost;
    send_page(pending, cost);
  }
}

void Gateway::send_page(const PendingRequestRef& pending, std::size_t cost, bool retried) {
  const auto deadline = pending->deadline();
  const auto& operation = pending->operation();
  if (const auto* changes = std::get_if<ChangesQuery>(&operation)) {
    return ask_page<actors::ListChangesReply>(actors::ListChanges{*changes, deadline}, pending,
                                              cost, retried);
  }
  const auto& list = std::get<ReadList>(operation).list;
  ask_page<actors::ListUsersReply>(actors::ListUsers{list, deadline}, pending, cost, retried);
}

template <class Reply, class Message>
void Gateway::ask_page(Message message, const PendingRequestRef& pending, std::size_t cost,
                       bool retried) {
  self_.ask(
      peers_.pages, std::move(message),
      [this, pending, cost](const Reply& listed) {
        end_page(cost);
        if (!pending->open()) return;
        if (!listed) return pending->fail(listed.error());
        answer_page(pending, *listed);
      },
      [this, pending, cost, retried](const caf::error& failure) {
        if (failure == actors::unavailable || retried) {
          end_page(cost);
          return pending->fail(storage_unavailable());
        }
        retries_.after(self_, retry_delay,
                       [this, pending, cost] { send_page(pending, cost, true); });
      });
}

void Gateway::answer_page(const PendingRequestRef& pending, const ChangesPage& page) {
  const auto& query = std::get<ChangesQuery>(pending->operation());
  pending->answer(changes_response(page, query, state_->links()));
}

void Gateway::answer_page(const PendingRequestRef& pending, const UserPage& found) {
  const auto& read = std::get<ReadList>(pending->operation());
  const auto answer = [this, pending](const UserPage& users, std::optional<std::int64_t> total) {
    auto response =
        list_response(users, std::get<ReadList>(pending->operation()), state_->links(), total);
    if (!response) return pending->fail(response.error());
    pending->answer(std::move(*response));
  };
  if (!read.count) return answer(found, std::nullopt);
  self_.ask(
      peers_.pages, actors::CountUsers{std::get<PageQuery>(read.list).filter, pending->deadline()},
      [pending, found, answer](const actors::CountUsersReply& total) {
        if (!pending->open()) return;
        if (!total) return pending->fail(total.error());
        answer(found, *total);
      },
      [pending](const caf::error&) { pending->fail(storage_unavailable()); });
}

void Gateway::end_page(std::size_t cost) {
  users_asked_for_ -= cost;
  send_pages();
}

void Gateway::write(const PendingRequestRef& pending, Change change) {
  bool created = std::holds_alternative<CreateUser>(change);
  auto id = target_of(change);
  self_.ask(
      peers_.sequencer, actors::WriteUser{std::move(change), pending->deadline()},
      [this, pending, created](const actors::WriteUserReply& written) {
        if (!pending->open()) return;
        if (!written) return pending->fail(written.error());
        if (written->answer) {
          return pending->answer(kept_response(*written->answer, written->repeated()));
        }
        pending->answer(
            change_response(written->user, created, pending->returns(), state_->links()));
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
  measure_waits(now);
  for (const auto& pending : under_way_) {
    if (!pending->open()) continue;
    if (pending->is_write()) {
      if (now >= pending->deadline() + write_grace) pending->fail(outcome_unknown());
    } else if (now >= pending->deadline()) {
      pending->fail(deadline_exceeded());
    }
  }
  const auto answered = [](const auto& pending) { return !pending->open(); };
  std::erase_if(under_way_, answered);
  std::erase_if(pages_, answered);
  if (state_->stats.in_flight == 0 && state_->stats.unsent == 0) {
    for (auto& drain : drains_) drain.deliver({});
    drains_.clear();
  }
  if (!under_way_.empty() || !drains_.empty()) sweeper_.arm();
}

// A request that has expired tells nothing: it may have had little time.
void Gateway::measure_waits(actors::Clock::TimePoint now) {
  for (const auto& pending : under_way_) {
    if (pending->expired()) continue;
    waits_[static_cast<std::size_t>(pending->kind())].see(pending->arrived(), !pending->open());
  }
  for (std::size_t kind = 0; kind < waits_.size(); ++kind) {
    state_->queues[kind].wait = std::chrono::floor<std::chrono::milliseconds>(waits_[kind].at(now));
  }
}

}  // namespace rollcall::http
