#include "actors/directory/write_sequencer.hpp"

#include <utility>

#include "actors/directory/failed_request.hpp"

namespace rollcall::actors {

namespace {

// Whether a write with this error shows that the database may have another row than the cache.
bool may_be_cached_otherwise(ErrorCode code) {
  return code == ErrorCode::outcome_unknown || code == ErrorCode::precondition_failed ||
         code == ErrorCode::validation_failed || code == ErrorCode::user_not_found;
}

}  // namespace

WriteSequencer::WriteSequencer(Self& self, WriteSequencerOptions options, WriteStoreHandle store,
                               InvalidationFeedHandle feed)
    : self_(self),
      options_(options),
      store_(std::move(store)),
      feed_(std::move(feed)),
      sweeper_(schedule_of(self), sweep_interval, [this] { sweep(); }) {}

WriteSequencer::Handle::behavior_type WriteSequencer::behavior() {
  return {
      [this](WriteUser& message) -> caf::result<WriteUserReply> {
        QueuedWrite waiting{std::move(message), self_.promise<WriteUserReply>()};
        if (!locked_.join(waiting)) queue_.push_back(std::move(waiting));
        return deferred<WriteUserReply>;
      },
  };
}

void WriteSequencer::send_group() {
  if (queue_.empty() && locked_.empty()) return;
  if (group_in_flight_) return sweeper_.arm();
  drop_expired();
  // Retries of locked writes form groups of their own, in turns with the others: the store waits
  // for an e-mail that is still locked, and the whole group with it.
  std::deque<QueuedWrite> due;
  if (std::exchange(take_locked_next_, !take_locked_next_) || queue_.empty()) {
    due = locked_.take_due(self_.now(), options_.group_max);
  }
  send(due.empty() ? queue_ : due);
  if (!queue_.empty() || !locked_.empty()) sweeper_.arm();
}

void WriteSequencer::send(std::deque<QueuedWrite>& from) {
  auto group = std::make_shared<Group>();
  WriteGroup message{{}, self_.wall_now()};
  while (!from.empty() && message.writes.size() < options_.group_max) {
    auto& next = from.front();
    group->promises.push_back(std::move(next.promise));
    group->targets.push_back(target_of(next.write.change));
    group->writes.push_back(next.write);
    group->tries.push_back(next.tries);
    message.writes.push_back(std::move(next.write));
    from.pop_front();
  }
  if (message.writes.empty()) return;
  group_in_flight_ = true;
  self_.ask(
      store_, std::move(message),
      [this, group](WriteGroupReply& replies) {
        group_in_flight_ = false;
        set_locked_aside(*group, replies);
        complete(group, std::move(replies));
      },
      [this, group](const caf::error& failure) {
        group_in_flight_ = false;
        locked_.put_back({}, queue_, self_.now());
        const WriteUserReply outcome = tl::unexpected(outcome_of_failed_request(failure));
        complete(group, WriteGroupReply(group->promises.size(), outcome));
      });
}

// Moves the writes that were found locked, unanswered, from the group to locked_; and the queued
// writes of the same users behind them.
void WriteSequencer::set_locked_aside(Group& group, std::vector<WriteUserReply>& replies) {
  if (replies.size() != group.promises.size()) throw std::logic_error("a reply for each write");
  std::deque<QueuedWrite> locked;
  Group rest;
  std::vector<WriteUserReply> rest_replies;
  for (std::size_t i = 0; i < replies.size(); ++i) {
    if (!replies[i] && replies[i].error().code == ErrorCode::user_locked) {
      locked.push_back({std::move(group.writes[i]), std::move(group.promises[i]), group.tries[i]});
      continue;
    }
    rest.promises.push_back(std::move(group.promises[i]));
    rest.targets.push_back(group.targets[i]);
    rest_replies.push_back(std::move(replies[i]));
  }
  locked_.put_back(std::move(locked), queue_, self_.now());
  group = std::move(rest);
  replies = std::move(rest_replies);
}

// Invalidates what was changed, may have been changed, or differs from the cache; then answers.
void WriteSequencer::complete(const GroupRef& group, std::vector<WriteUserReply> replies) {
  if (replies.size() != group->promises.size()) throw std::logic_error("a reply for each write");
  Invalidate what;
  for (std::size_t i = 0; i < replies.size(); ++i) {
    const auto& reply = replies[i];
    if (reply.has_value() || may_be_cached_otherwise(reply.error().code)) {
      const bool unknown = !reply && reply.error().code == ErrorCode::outcome_unknown;
      if (group->targets[i]) {
        (unknown ? what.outcome_unknown : what.ids).push_back(*group->targets[i]);
      } else if (reply.has_value() && reply->id()) {
        what.ids.push_back(*reply->id());  // also of a repetition, which another node may have made
      } else {
        what.everything = true;  // a create that may have been applied: its id is not known
      }
    }
  }
  group->replies = std::move(replies);
  invalidate(group, std::move(what));
}

void WriteSequencer::invalidate(const GroupRef& group, Invalidate what) {
  const auto answer_all = [group] {
    for (std::size_t i = 0; i < group->promises.size(); ++i) {
      group->promises[i].deliver(std::move(group->replies[i]));
    }
  };
  if (what.ids.empty() && what.outcome_unknown.empty() && !what.everything) {
    answer_all();
    return;
  }
  self_.ask(
      feed_, what, [answer_all](const Invalidated&) { answer_all(); },
      [this, group, what](const caf::error&) {
        // The invalidation feed has crashed. Its successor starts after the user lookups, with
        // their caches, have been stopped; until then no write may be acknowledged.
        invalidation_retries_.after(self_, invalidation_retry_delay,
                                    [this, group, what] { invalidate(group, what); });
      });
}

void WriteSequencer::drop_expired() {
  const auto now = self_.now();
  locked_.drop_expired(now);
  std::erase_if(queue_, [&](QueuedWrite& waiting) {
    if (waiting.write.deadline > now) return false;
    waiting.promise.deliver(tl::unexpected(deadline_exceeded()));
    return true;
  });
}

void WriteSequencer::sweep() {
  drop_expired();
  if (!queue_.empty() || !locked_.empty()) sweeper_.arm();
}

}  // namespace rollcall::actors
