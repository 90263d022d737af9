#include "actors/registrar.hpp"

#include <utility>

#include "actors/failures.hpp"

namespace rollcall::actors {

namespace {

// Whether the row may be another one than a directory has kept: a write may have been applied, or
// the store has just met another version than the client knew, or nobody.
bool tells_of_another_row(const Error& error) {
  return error.code == ErrorCode::outcome_unknown || error.code == ErrorCode::precondition_failed ||
         error.code == ErrorCode::user_not_found;
}

}  // namespace

Registrar::Registrar(Self& self, RegistrarOptions options, WriteStoreHandle store, FeedHandle feed)
    : self_(self), options_(options), store_(std::move(store)), feed_(std::move(feed)) {}

Registrar::Handle::behavior_type Registrar::behavior() {
  return {
      [this](WriteUser& message) -> caf::result<WriteUserReply> {
        queue_.push_back({std::move(message), self_.promise<WriteUserReply>()});
        return later<WriteUserReply>;
      },
  };
}

void Registrar::send_group() {
  if (queue_.empty()) return;
  if (writing_) {
    arm_sweep();
    return;
  }
  drop_expired();
  auto group = std::make_shared<Group>();
  WriteGroup message{{}, self_.wall_now()};
  while (!queue_.empty() && message.writes.size() < options_.group_max) {
    auto& next = queue_.front();
    group->answers.push_back(std::move(next.answer));
    group->targets.push_back(target_of(next.write.change));
    message.writes.push_back(std::move(next.write));
    queue_.pop_front();
  }
  if (message.writes.empty()) return;
  writing_ = true;
  if (!queue_.empty()) arm_sweep();
  self_.ask(
      store_, std::move(message),
      [this, group](WriteGroupReply& replies) {
        writing_ = false;
        conclude(group, std::move(replies));
      },
      [this, group](const caf::error& failure) {
        writing_ = false;
        const WriteUserReply fate = tl::unexpected(fate_of_write(failure));
        conclude(group, WriteGroupReply(group->answers.size(), fate));
      });
}

// Forgets what was changed, or may have been, or is not as a directory may know it; answers then.
void Registrar::conclude(const GroupRef& group, std::vector<WriteUserReply> replies) {
  if (replies.size() != group->answers.size()) throw std::logic_error("a reply for each write");
  Forget what;
  for (std::size_t i = 0; i < replies.size(); ++i) {
    const auto& reply = replies[i];
    if (reply.has_value() || tells_of_another_row(reply.error())) {
      if (group->targets[i]) {
        what.ids.push_back(*group->targets[i]);
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
  if (what.ids.empty() && !what.everything) {
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
    if (!queue_.empty()) arm_sweep();
  });
}

}  // namespace rollcall::actors
