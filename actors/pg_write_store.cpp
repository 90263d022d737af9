#include "actors/pg_write_store.hpp"

#include <utility>

#include <spdlog/spdlog.h>

#include "actors/failures.hpp"
#include "db/pg_statements.hpp"

namespace rollcall::actors {

namespace {

constexpr std::chrono::milliseconds sweep_interval{25};

PgLinkOptions for_writing(PgLinkOptions options) {
  options.handshake.statements = db::sql::postgres::for_writing;
  options.handshake.migrate = true;
  return options;
}

}  // namespace

PgWriteStore::PgWriteStore(Self& self, const PgWriteStoreOptions& options)
    : self_(self),
      origin_(options.origin),
      outage_(self.actor_name(), options.link.target.shown()),
      link_(host_of(self), for_writing(options.link),
            {[this] {
               outage_.over();
               start_next();
             },
             [this](const db::PgResult& result) { take(result); },
             [this](const db::PgFault& fault) { lost(fault); }}) {
  link_.start();
}

PgWriteStore::Handle::behavior_type PgWriteStore::behavior() {
  return {
      [this](WriteGroup& message) -> caf::result<WriteGroupReply> {
        submit(Group{std::move(message), self_.promise<WriteGroupReply>()});
        return later<WriteGroupReply>;
      },
      [this](const Probe& request) -> caf::result<ProbeReply> {
        submit(Check{request.deadline, self_.promise<ProbeReply>()});
        return later<ProbeReply>;
      },
  };
}

void PgWriteStore::submit(Job job) {
  jobs_.push_back(std::move(job));
  start_next();
}

// One at a time: the next group sees what the one before has committed.
void PgWriteStore::start_next() {
  drop_hopeless();
  while (!busy_ && link_.ready() && !jobs_.empty()) {
    busy_ = true;
    if (auto* group = std::get_if<Group>(&jobs_.front())) {
      start(*group);
    } else {
      link_.send<db::sql::probe>();
      link_.send_sync();
    }
    link_.flush();
  }
  if (!jobs_.empty() && !busy_) arm_sweep();
}

void PgWriteStore::start(Group& group) {
  std::vector<const Change*> changes;
  const auto now = self_.now();
  for (std::size_t i = 0; i < group.message.writes.size(); ++i) {
    if (now >= group.message.writes[i].deadline) continue;
    group.sent.push_back(i);
    changes.push_back(&group.message.writes[i].change);
  }
  if (changes.empty()) return finish(group);
  group.work = std::make_unique<db::PgWriteGroup>(std::move(changes), group.message.at, origin_);
  link_.note(group.work->begin(link_.connection()));
}

void PgWriteStore::take(const db::PgResult& result) {
  if (auto* group = std::get_if<Group>(&jobs_.front())) {
    const auto taken = group->work->take(link_.connection(), result);
    if (!taken) return link_.drop(taken.error());
    link_.flush();
    if (!group->work->is_done()) return;
    const auto fault = group->work->fault();
    if (fault) spdlog::error("{}: {}", self_.actor_name(), fault->explained());
    finish(*group);
    if (fault && fault->misfit()) return link_.check_again(*fault);
    link_.worked();
  } else if (result.is_sync()) {
    link_.worked();
    jobs_.pop_front();
    busy_ = false;
  } else {
    auto& check = std::get<Check>(jobs_.front());
    if (result.is_good()) return check.answer.deliver(Serving{});
    const auto fault = result.fault("statement probe");
    if (fault.connection_lost()) return link_.drop(fault);
    if (fault.misfit()) return link_.check_again(fault);
    check.answer.deliver(
        tl::unexpected(Error{ErrorCode::storage_unavailable, std::string(fault.summary())}));
  }
  start_next();
}

// Each write its own reply; those that were not sent had expired.
void PgWriteStore::finish(Group& group) {
  WriteGroupReply replies(group.message.writes.size(), tl::unexpected(deadline_exceeded()));
  if (group.work) {
    auto results = group.work->take_results();
    for (std::size_t i = 0; i < results.size(); ++i) {
      replies[group.sent[i]] = std::move(results[i]);
    }
  }
  group.answer.deliver(std::move(replies));
  jobs_.pop_front();
  busy_ = false;
}

void PgWriteStore::lost(const db::PgFault& fault) {
  if (std::exchange(busy_, false)) {
    if (auto* group = std::get_if<Group>(&jobs_.front())) {
      if (group->work) group->work->lose(fault);
      finish(*group);
    } else {
      fail(jobs_.front(), storage_unavailable());
      jobs_.pop_front();
    }
  }
  outage_.go_on(fault);
  start_next();
}

// Without a connection a job waits for the attempt that is under way, and no longer than it may.
void PgWriteStore::drop_hopeless() {
  const auto hopeless = [this](Job& job) {
    if (&job == &jobs_.front() && busy_) return false;
    if (link_.down()) {
      fail(job, storage_unavailable());
      return true;
    }
    if (auto* check = std::get_if<Check>(&job)) {
      if (self_.now() < check->deadline) return false;
      check->answer.deliver(tl::unexpected(deadline_exceeded()));
      return true;
    }
    auto& group = std::get<Group>(job);
    const auto now = self_.now();
    for (const WriteUser& write : group.message.writes) {
      if (now < write.deadline) return false;
    }
    fail(job, deadline_exceeded());
    return true;
  };
  std::deque<Job> kept;
  for (Job& job : jobs_) {
    if (!hopeless(job)) kept.push_back(std::move(job));
  }
  jobs_ = std::move(kept);
}

void PgWriteStore::fail(Job& job, const Error& error) const {
  if (auto* check = std::get_if<Check>(&job)) {
    check->answer.deliver(tl::unexpected(link_.not_serving()));
    return;
  }
  auto& group = std::get<Group>(job);
  WriteGroupReply replies;
  for (const WriteUser& write : group.message.writes) {
    const bool late = self_.now() >= write.deadline;
    replies.emplace_back(tl::unexpected(late ? deadline_exceeded() : error));
  }
  group.answer.deliver(std::move(replies));
}

void PgWriteStore::arm_sweep() {
  if (std::exchange(sweeping_, true)) return;
  sweep_ = self_.after(sweep_interval, [this] {
    sweeping_ = false;
    start_next();
  });
}

}  // namespace rollcall::actors
