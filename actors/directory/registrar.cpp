#include "actors/directory/registrar.hpp"

#include <utility>

#include "actors/directory/failures.hpp"

namespace rollcall::actors {

namespace {

// Whether a write that ended so tells that the database may have another row than the cache.
bool may_be_cached_otherwise(ErrorCode code) {
  return code == ErrorCode::outcome_unknown || code == ErrorCode::precondition_failed ||
         code == ErrorCode::user_not_found;
}

}  // namespace

Registrar::Registrar(Self& self, RegistrarOptions options, WriteStoreHandle store, FeedHandle feed)
    : self_(self), options_(options), store_(std::move(store)), feed_(std::move(feed)) {}

Registrar::Handle::behavior_type Registrar::behavior() {
  return {
      [this](WriteUser& message) -> caf::result<WriteUserReply> {
        Waiting waiting{std::move(message), self_.promise<WriteUserReply>()};
        if (!locked_.join(waiting)) queue_.push_back(std::move(waiting));
        return later<WriteUserReply>;
      },
  };
}

void Registrar::send_group() {
  if (queue_.empty() && locked_.empty()) return;
  if (writing_) return arm_sweep();
  drop_expired();
  // Those that were locked go apart from the others, and in turns with them: an e-mail that is
  // still locked makes its group wait.
  std::deque<Waiting> due;
  if (std::exchange(turn_of_locked_, !turn_of_locked_) || queue_.empty()) {
    due = locked_.take_due(self_.now(), options_.group_max);
  }
  send(due.empty() ? queue_ : due);
  if (!queue_.empty() || !locked_.empty()) arm_sweep();
}

void Registrar::send(std::deque<Waiting>& from) {
  auto group = std::make_shared<Group>();
  WriteGroup message{{}, self_.wall_now()};
  while (!from.empty() && message.writes.size() < options_.group_max) {
    auto& next = from.front();
    group->answers.push_back(std::move(next.answer));
    group->targets.push_back(target_of(next.write.change));
    group->writes.push_back(next.write);
    group->tries.push_back(next.tries);
    message.writes.push_back(std::move(next.write));
    from.pop_front();
  }
  if (message.writes.empty()) return;
  writing_ = true;
  self_.ask(
      store_, std::move(message),
      [this, group](WriteGroupReply& replies) {
        writing_ = false;
        keep_aside(*group, replies);
        conclude(group, std::move(replies));
      },
      [this, group](const caf::error& failure) {
        writing_ = false;
        locked_.keep({}, queue_, self_.now());
        const WriteUserReply fate = tl::unexpected(fate_of_write(failure));
        conclude(group, WriteGroupReply(group->answers.size(), fate));
      });
}

// Those whose user is locked leave the group unanswered, and so does what waits for the same user.
void Registrar::keep_aside(Group& group, std::vector<WriteUserReply>& replies) {
  if (replies.size() != group.answers.size()) throw std::logic_error("a reply for each write");
  std::deque<Waiting> locked;
  Group kept;
  std::vector<WriteUserReply> kept_replies;
  for (std::size_t i = 0; i < replies.size(); ++i) {
    if (!replies[i] && replies[i].error().code == ErrorCode::user_locked) {
      locked.push_back({std::move(group.writes[i]), std::move(group.answers[i]), group.tries[i]});
      continue;
    }
    kept.answers.push_back(std::move(group.answers[i]));
    kept.targets.push_back(group.targets[i]);
    kept_replies.push_back(std::move(replies[i]));
  }
  locked_.keep(std::move(locked), queue_, self_.now());
  group = std::move(kept);
  replies = std::move(kept_replies);
}

// Forgets what was changed, or may have been, or is other than it was thought to be, and answers
// then.
void Registrar::conclude(const GroupRef& group, std::vector<WriteUserReply> replies) {
  if (replies.size() != group->answers.size()) throw std::logic_error("a reply for each write");
  Forget what;
  for (std::size_t i = 0; i < replies.size(); ++i) {
    const auto& reply = replies[i];
    if (reply.has_value() || may_be_cached_otherwise(reply.error().code)) {
      const bool unknown = !reply && reply.error().code == ErrorCode::outcome_unknown;
      if (group->targets[i]) {
        (unknown ? what.doubtful : what.ids).push_back(*group->targets[i]);
      } else if (reply.has_value() && *reply) {
        what.ids.push_back((*reply)->id);
      } else {
        what.everything = true;  // a create that may have been applied: nobody knows its id
      }
    }
  }
  group->replies = std::move(replies);
  forget(group, std::move(what));
}

void Registrar::forget(const GroupRef& group, Forget what) {
  const auto answer_all = [group] {
    for (std::size_t i = 0; i < group->answers.size(); ++i) {
      group->answers[i].deliver(std::move(group->replies[i]));
    }
  };
  if (what.ids.empty() && what.doubtful.empty() && !what.everything) {
    answer_all();
    return;
  }
  self_.ask(
      feed_, what, [answer_all](const Forgotten&) { answer_all(); },
      [this, group, what](const caf::error&) {
        // The feed has crashed. Its successor answers only for directories that know nothing
        // of the time before; until then nobody may be told that the write is done.
        forget_again_.after(self_, forget_again_after,
                            [this, group, what] { forget(group, what); });
      });
}

void Registrar::drop_expired() {
  const auto now = self_.now();
  locked_.drop_expired(now);
  std::erase_if(queue_, [&](Waiting& waiting) {
    if (waiting.write.deadline > now) return false;
    waiting.answer.deliver(tl::unexpected(deadline_exceeded()));
    return true;
  });
}

void Registrar::arm_sweep() {
  if (std::exchange(sweeping_, true)) return;
  sweep_ = self_.after(sweep_interval, [this] {
    sweeping_ = false;
    drop_expired();
    if (!queue_.empty() || !locked_.empty()) arm_sweep();
  });
}

}  // namespace rollcall::actors
