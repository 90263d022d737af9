#include "actors/stores/sqlite/write_store.hpp"

#include <algorithm>

#include "domain/errors.hpp"

namespace rollcall::actors {

SqliteWriteStore::SqliteWriteStore(LoopActor<SqliteWriteStore>& self,
                                   const SqliteStoreOptions& options)
    : self_(self),
      link_(self.actor_name(), options, schedule_of(self)),
      keep_changes_(options.keep_changes),
      removal_(schedule_of(self), removal_interval, [this] { remove_old(); }) {}

SqliteWriteStore::Handle::behavior_type SqliteWriteStore::behavior() {
  return {[this](const WriteGroup& group) { return write(group); },
          [this](const Probe& request) { return probe(request); }};
}

WriteGroupReply SqliteWriteStore::write(const WriteGroup& group) {
  db::SqliteWriter* writer = link_.connection();
  if (writer == nullptr) return refuse(group);
  std::vector<const Change*> changes;
  changes.reserve(group.writes.size());
  for (const WriteUser& write : group.writes) changes.push_back(&write.change);
  auto outcome = writer->apply_group(
      changes, [&](std::size_t i) { return self_.now() >= group.writes[i].deadline; }, group.at);
  learn(outcome);
  return std::move(outcome.results);
}

// If any write of a group was stored, the group has been committed and flushed.
void SqliteWriteStore::learn(const db::GroupOutcome& outcome) {
  const bool stored = std::any_of(outcome.results.begin(), outcome.results.end(),
                                  [](const auto& result) { return result.has_value(); });
  if (stored) {
    health_.worked();
    removal_.arm();
  } else if (outcome.error && outcome.error->concerns_all()) {
    health_.failed(self_.now(), outcome.error->summary());
  }
  if (outcome.error) {
    link_.failed(*outcome.error, outcome.reopen);
  } else if (stored) {
    link_.worked();
  }
}

// A few at a time, between groups. While nothing is written, nothing is removed either.
void SqliteWriteStore::remove_old() {
  db::SqliteWriter* writer = link_.connection();
  if (writer == nullptr) return;
  const auto now = self_.wall_now();
  const auto changes = writer->remove_changes(now - keep_changes_, most_removed);
  if (!changes) return link_.failed(changes.error(), changes.error().connection_lost());
  const auto answers = writer->remove_answers(now, most_removed);
  if (!answers) return link_.failed(answers.error(), answers.error().connection_lost());
  if (*changes + *answers > 0) removal_.arm();
}

WriteGroupReply SqliteWriteStore::refuse(const WriteGroup& group) const {
  WriteGroupReply replies;
  replies.reserve(group.writes.size());
  for (const WriteUser& write : group.writes) {
    const bool late = self_.now() >= write.deadline;
    replies.emplace_back(tl::unexpected(late ? deadline_exceeded() : storage_unavailable()));
  }
  return replies;
}

ProbeReply SqliteWriteStore::probe(const Probe& request) {
  if (self_.now() >= request.deadline) return tl::unexpected(deadline_exceeded());
  db::SqliteWriter* writer = link_.connection();
  if (writer == nullptr) return tl::unexpected(not_writing());
  // While writes fail, only a trial write shows whether they still do: a full disk passes probe().
  const bool failing = health_.failing();
  const auto probed = failing ? writer->try_write() : writer->probe();
  if (probed) {
    health_.worked();
    if (failing) link_.worked();
    return Serving{};
  }
  if (failing) health_.failed(self_.now(), probed.error().summary());
  link_.failed(probed.error(), probed.error().connection_lost());
  return tl::unexpected(failing ? not_writing() : db::client_error(probed.error()));
}

Error SqliteWriteStore::not_writing() const {
  return health_.failing() ? health_.explained(self_.now()) : storage_unavailable();
}

}  // namespace rollcall::actors
