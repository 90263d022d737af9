#include "actors/stores/postgres/write_store.hpp"

#include <utility>

#include <spdlog/spdlog.h>

#include "actors/stores/postgres/warnings.hpp"
#include "db/postgres/statements.hpp"
#include "domain/errors.hpp"

namespace rollcall::actors {

namespace {

PgLinkOptions for_writing(PgLinkOptions options) {
  options.handshake.statements = db::sql::postgres::for_writing;
  options.handshake.migrate = true;
  return options;
}

}  // namespace

PgWriteStore::PgWriteStore(Self& self, const PgWriteStoreOptions& options)
    : self_(self),
      origin_(options.origin),
      log_(schedule_of(self)),
      outage_(log_, self.actor_name(), options.link.target.shown()),
      keep_changes_(options.keep_changes),
      removal_(schedule_of(self), removal_interval,
               [this] {
                 removal_due_ = true;
                 start_next();
               }),
      status_query_(schedule_of(self), status_interval, [this] { start_next(); }),
      sweeper_(schedule_of(self), sweep_interval, [this] { start_next(); }),
      link_(owner_of(self), for_writing(options.link),
            {[this] {
               outage_.ready();
               start_next();
             },
             [this](const db::PgResult& result) { take(result); },
             [this](const db::PgError& error) { lost(error); }}) {
  link_.start();
}

PgWriteStore::Handle::behavior_type PgWriteStore::behavior() {
  return {
      [this](WriteGroup& message) -> caf::result<WriteGroupReply> {
        submit(Group{std::move(message), self_.promise<WriteGroupReply>()});
        return deferred<WriteGroupReply>;
      },
      [this](const Probe& request) -> caf::result<ProbeReply> {
        submit(Check{request.deadline, self_.promise<ProbeReply>()});
        return deferred<ProbeReply>;
      },
  };
}

void PgWriteStore::submit(Job job) {
  jobs_.push_back(std::move(job));
  start_next();
}

// One job at a time: each group sees what the one before has committed.
void PgWriteStore::start_next() {
  drop_unservable();
  if (in_doubt_) {
    ask_status();
  } else {
    while (busy_ == Busy::no && link_.ready() && !jobs_.empty()) {
      busy_ = Busy::with_job;
      std::visit([this](auto& job) { start(job); }, jobs_.front());
      link_.flush();
    }
    if (removal_due_ && busy_ == Busy::no && link_.ready()) remove_old();
  }
  if (!jobs_.empty() && busy_ != Busy::with_job) sweeper_.arm();
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
  // jobs_ is a list: the group keeps its address until it is finished.
  auto expired = [this, &group](std::size_t i) {
    return self_.now() >= group.message.writes[group.sent[i]].deadline;
  };
  group.work = std::make_unique<db::PgWriteGroup>(std::move(changes), group.message.at, origin_,
                                                  std::move(expired));
  link_.note(group.work->begin(link_.connection()));
}

void PgWriteStore::start(Check& check) {
  if (health_.failing()) {
    check.work = std::make_unique<db::PgWriteGroup>(db::PgWriteGroup::trial(origin_));
    link_.note(check.work->begin(link_.connection()));
  } else {
    link_.send<db::sql::probe>();
    link_.send_sync();
  }
}

void PgWriteStore::take(const db::PgResult& result) {
  log_warnings(log_, self_.actor_name(), result);
  if (busy_ == Busy::with_status_query) return take_status(result);
  if (busy_ == Busy::with_removal) return take_removal(result);
  if (auto* group = std::get_if<Group>(&jobs_.front())) return take_work(*group->work, result);
  auto& check = std::get<Check>(jobs_.front());
  if (check.work) return take_work(*check.work, result);
  take_probe(check, result);
}

void PgWriteStore::take_work(db::PgWriteGroup& work, const db::PgResult& result) {
  const auto taken = work.take(link_.connection(), result);
  if (!taken) return link_.drop(taken.error());
  link_.flush();
  if (!work.is_done()) return;
  learn(work);
  std::optional<db::PgError> mismatch;
  for (const auto& error : work.errors()) {
    if (error.schema_mismatch()) mismatch = error;
  }
  std::visit([this](auto& job) { finish(job); }, jobs_.front());
  if (mismatch) return link_.check_again(*mismatch);
  link_.worked();
  start_next();
}

// Logs the errors of a group, and updates health_ by its result.
void PgWriteStore::learn(const db::PgWriteGroup& work) {
  const std::string name = self_.actor_name();
  for (const auto& error : work.errors()) {
    const auto asked = error.detail.substr(0, error.detail.find(':'));
    log_.error(asked + error.sqlstate, name + ": " + error.explained());
  }
  for (const auto id : work.passed_over()) {
    log_.warn("locked", name + ": another transaction keeps user " + std::to_string(id) +
                            " locked; a write of this user waits for it, by itself");
  }
  if (work.committed()) {
    health_.worked();
    removal_.arm();
  } else if (work.trouble()) {
    health_.failed(self_.now(), work.trouble()->summary());
  }
}

void PgWriteStore::take_probe(Check& check, const db::PgResult& result) {
  if (result.is_sync()) {
    link_.worked();
    done();
    return start_next();
  }
  if (result.is_good()) return check.promise.deliver(Serving{});
  const auto error = result.error("statement probe");
  if (error.connection_lost()) return link_.drop(error);
  if (error.schema_mismatch()) return link_.check_again(error);
  check.promise.deliver(
      tl::unexpected(Error{ErrorCode::storage_unavailable, std::string(error.summary())}));
}

void PgWriteStore::done() {
  jobs_.pop_front();
  busy_ = Busy::no;
}

// Replies to each write; those that were not sent had expired.
void PgWriteStore::finish(Group& group) {
  WriteGroupReply replies(group.message.writes.size(), tl::unexpected(deadline_exceeded()));
  if (group.work) {
    auto results = group.work->take_results();
    for (std::size_t i = 0; i < results.size(); ++i) {
      replies[group.sent[i]] = std::move(results[i]);
    }
  }
  group.promise.deliver(std::move(replies));
  done();
}

void PgWriteStore::finish(Check& check) {
  if (check.work && health_.failing()) {
    check.promise.deliver(tl::unexpected(not_writing()));
  } else {
    check.promise.deliver(Serving{});
  }
  done();
}

void PgWriteStore::lost(const db::PgError& error) {
  const auto was = std::exchange(busy_, Busy::no);
  if (was == Busy::with_job) {
    auto* group = std::get_if<Group>(&jobs_.front());
    auto& work = group != nullptr ? group->work : std::get<Check>(jobs_.front()).work;
    if (work) {
      work->lose(error);
      if (work->in_doubt()) in_doubt_ = work->in_doubt();
      health_.failed(self_.now(), error.summary());
    }
    if (group != nullptr) {
      finish(*group);
    } else {
      fail(jobs_.front(), storage_unavailable());
      done();
    }
  }
  status_query_.disarm();
  outage_.lost(error);
  start_next();
}

// Answers a job with an error if its deadline has passed, if the last attempt to connect has
// failed, or if a commit is stuck; not the job that was started. Whether it was answered.
bool PgWriteStore::is_unservable(Job& job) const {
  if (&job == &jobs_.front() && busy_ == Busy::with_job) return false;
  if (link_.down() || stuck_) {
    fail(job, storage_unavailable());
    return true;
  }
  if (auto* check = std::get_if<Check>(&job)) {
    if (self_.now() < check->deadline) return false;
    check->promise.deliver(tl::unexpected(deadline_exceeded()));
    return true;
  }
  for (const WriteUser& write : std::get<Group>(job).message.writes) {
    if (self_.now() < write.deadline) return false;
  }
  fail(job, deadline_exceeded());
  return true;
}

void PgWriteStore::drop_unservable() {
  jobs_.remove_if([this](Job& job) { return is_unservable(job); });
}

Error PgWriteStore::not_writing() const {
  return health_.failing() && !link_.down() ? health_.explained(self_.now()) : link_.not_serving();
}

void PgWriteStore::fail(Job& job, const Error& error) const {
  if (auto* check = std::get_if<Check>(&job)) {
    check->promise.deliver(tl::unexpected(not_writing()));
    return;
  }
  auto& group = std::get<Group>(job);
  WriteGroupReply replies;
  for (const WriteUser& write : group.message.writes) {
    const bool late = self_.now() >= write.deadline;
    replies.emplace_back(tl::unexpected(late ? deadline_exceeded() : error));
  }
  group.promise.deliver(std::move(replies));
}

}  // namespace rollcall::actors
