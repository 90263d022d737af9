// Reads users from SQLite, on a loop of its own, because SQLite blocks.
//
// Owns     one read-only connection with its statements; it holds no snapshot between messages.
// Receives FindUsers, ListUsers, CountUsers, ListChanges, Probe; see ReadStoreHandle.
// Ends     by an exit message or a bug. Losing the database ends nothing: it answers
//          storage_unavailable at once and opens the file again on its own schedule.
// Restart  by the supervisor `storage`.
// Lost     the requests in its mailbox; reading them again is harmless.
#pragma once

#include "actors/directory/handles.hpp"
#include "actors/runtime/loop_actor.hpp"
#include "actors/stores/sqlite/link.hpp"
#include "db/sqlite/reader.hpp"

namespace rollcall::actors {

class SqliteReadStore {
 public:
  using Handle = ReadStoreHandle;

  SqliteReadStore(LoopActor<SqliteReadStore>& self, const SqliteStoreOptions& options);

  Handle::behavior_type behavior();

 private:
  FindUsersReply find(const FindUsers& request);
  ListUsersReply list(const ListUsers& request);
  CountUsersReply count(const CountUsers& request);
  ListChangesReply changes(const ListChanges& request);
  ProbeReply probe(const Probe& request);

  // Runs `read` on the connection, until the deadline or the statement timeout at most.
  template <class Reply, class Read>
  Reply answer(Deadline deadline, Read read);

  LoopActor<SqliteReadStore>& self_;
  std::chrono::milliseconds statement_timeout_;
  SqliteLink<db::SqliteReader> link_;
};

}  // namespace rollcall::actors
