// Writes users to SQLite, on a loop of its own: a flush to the disk delays no read.
//
// Owns     the one connection of the process that writes, with its statements.
// Receives WriteGroup, Probe; see WriteStoreHandle.
// Ends     by an exit message or a bug. Losing the database ends nothing: it answers
//          storage_unavailable at once and opens the file again on its own schedule.
// Restart  by the supervisor `storage`, after every cache has been cleared.
// Lost     groups in its mailbox, which are not applied. The outcome of a group that was being
//          applied is unknown.
#pragma once

#include "actors/directory/handles.hpp"
#include "actors/directory/write_health.hpp"
#include "actors/runtime/loop_actor.hpp"
#include "actors/runtime/ticker.hpp"
#include "actors/stores/removal.hpp"
#include "actors/stores/sqlite/link.hpp"
#include "db/sqlite/writer.hpp"

namespace rollcall::actors {

class SqliteWriteStore {
 public:
  using Handle = WriteStoreHandle;

  SqliteWriteStore(LoopActor<SqliteWriteStore>& self, const SqliteStoreOptions& options);

  Handle::behavior_type behavior();

 private:
  WriteGroupReply write(const WriteGroup& group);
  WriteGroupReply refuse(const WriteGroup& group) const;
  ProbeReply probe(const Probe& request);
  void learn(const db::GroupOutcome& outcome);
  void remove_old();
  Error not_writing() const;

  LoopActor<SqliteWriteStore>& self_;
  SqliteLink<db::SqliteWriter> link_;
  WriteHealth health_;
  std::chrono::days keep_changes_;
  Ticker removal_;
};

}  // namespace rollcall::actors
