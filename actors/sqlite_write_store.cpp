#include "actors/sqlite_write_store.hpp"

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
  if (outcome.fault) {
    link_.failed(*outcome.fault, outcome.reopen);
  } else {
    link_.worked();
  }
  return std::move(outcome.results);
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
  if (writer == nullptr) return tl::unexpected(no_database());
  const auto probed = writer->probe();
  if (probed) return Serving{};
  Error error = db::client_error(probed.error());
  link_.failed(probed.error(), probed.error().connection_lost());
  return tl::unexpected(std::move(error));
}

}  // namespace rollcall::actors
