// Writes users to PostgreSQL, over a connection of its own, without ever blocking its loop.
//
// Owns     the one connection of the process that writes.
// Receives WriteGroup, Probe; see WriteStoreHandle.
// Ends     by an exit message or a bug. Losing the database ends nothing: it connects again on its
//          own schedule, and brings the schema up to date where it finds an older one.
// Restart  by the supervisor `storage`.
// Lost     groups not sent were not applied; of one whose commit was sent the outcome is unknown.
//          No write is sent to a second connection.
#pragma once

#include <deque>
#include <memory>
#include <string>
#include <variant>

#include "actors/handles.hpp"
#include "actors/loop_actor.hpp"
#include "actors/pg_link.hpp"
#include "actors/pg_outage.hpp"
#include "db/pg_write_group.hpp"

namespace rollcall::actors {

struct PgWriteStoreOptions {
  PgLinkOptions link;
  std::string origin;  // names this process to the feeds of all
};

class PgWriteStore {
 public:
  using Handle = WriteStoreHandle;
  using Self = LoopActor<PgWriteStore>;

  PgWriteStore(Self& self, const PgWriteStoreOptions& options);
  Handle::behavior_type behavior();

 private:
  /// A group, and which of its writes were sent: those that had not expired by then.
  struct Group {
    WriteGroup message;
    Answer<WriteGroupReply> answer;
    std::vector<std::size_t> sent{};
    std::unique_ptr<db::PgWriteGroup> work{};
  };
  struct Check {
    Deadline deadline;
    Answer<ProbeReply> answer;
  };
  using Job = std::variant<Group, Check>;

  void submit(Job job);
  void start_next();
  void start(Group& group);
  void take(const db::PgResult& result);
  void lost(const db::PgFault& fault);
  void finish(Group& group);
  void fail(Job& job, const Error& error) const;
  void drop_hopeless();
  void arm_sweep();

  Self& self_;
  std::string origin_;
  std::deque<Job> jobs_;
  bool busy_ = false;  // the first of them is with the server
  PgOutage outage_;
  Timer sweep_;
  bool sweeping_ = false;
  PgLink link_;
};

}  // namespace rollcall::actors
