#include "actors/stores/sqlite/write_store.hpp"

#include <algorithm>

namespace rollcall::actors {

namespace {

Error no_database() {
  return {ErrorCode::storage_unavailable, "The database can't be used at the moment."};
}

Error too_late() { return {ErrorCode::deadline_exceeded, "Not applied: it came too late."}; }

}  // namespace

SqliteWriteStore::SqliteWriteStore(LoopActor<SqliteWriteStore>& self,
                                   const SqliteStoreOptions& options)
    : self_(self),
      link_(self.actor_name(), options, [&self](Clock::Duration delay, std::function<void()> open) {
        return self.after(delay, std::move(open));
      }) {}

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

// A group in which anything was stored has been flushed.
void SqliteWriteStore::learn(const db::GroupOutcome& outcome) {
  const bool stored = std::any_of(outcome.results.begin(), outcome.results.end(),
                                  [](const auto& result) { return result.has_value(); });
  if (stored) {
    health_.worked();
  } else if (outcome.fault && outcome.fault->concerns_all()) {
    health_.failed(self_.now(), outcome.fault->summary());
  }
  if (outcome.fault) {
    link_.failed(*outcome.fault, outcome.reopen);
  } else if (stored) {
    link_.worked();
  }
}

WriteGroupReply SqliteWriteStore::refuse(const WriteGroup& group) const {
  WriteGroupReply replies;
  replies.reserve(group.writes.size());
  for (const WriteUser& write : group.writes) {
    const bool late = self_.now() >= write.deadline;
    replies.emplace_back(tl::unexpected(late ? too_late() : no_database()));
  }
  return replies;
}

ProbeReply SqliteWriteStore::probe(const Probe& request) {
  if (self_.now() >= request.deadline) return tl::unexpected(too_late());
  db::SqliteWriter* writer = link_.connection();
  if (writer == nullptr) return tl::unexpected(not_writing());
  // While writes fail only a write tells whether they still do.
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
  return health_.failing() ? health_.explained(self_.now()) : no_database();
}

}  // namespace rollcall::actors
