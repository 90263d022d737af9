// Writes users to PostgreSQL, over a connection of its own, without ever blocking its loop.
//
// Owns     the one connection of the process that writes.
// Receives WriteGroup, Probe; see WriteStoreHandle.
// Ends     by an exit message or a bug. Losing the database ends nothing: it connects again on its
//          own schedule, and brings the schema up to date where it finds an older one.
// Restart  by the supervisor `storage`.
// Lost     groups not sent were not applied; of one whose commit was sent the outcome is unknown.
//          No write is sent to a second connection.
//
// A commit that was sent and not answered may go on in the server without its client, for instance
// as long as no synchronous standby takes it. Until the server says what became of that transaction
// no other one is sent, and writes are answered storage_unavailable at once: so this process has at
// most two sessions that write there, the one that was given up and the one that asks after it.
#pragma once

#include <list>
#include <memory>
#include <optional>
#include <string>
#include <variant>

#include "actors/directory/handles.hpp"
#include "actors/directory/write_health.hpp"
#include "actors/runtime/limited_log.hpp"
#include "actors/runtime/loop_actor.hpp"
#include "actors/stores/postgres/link.hpp"
#include "actors/stores/postgres/outage.hpp"
#include "db/postgres/write_group.hpp"

namespace rollcall::actors {

struct PgWriteStoreOptions {
  PgLinkOptions link;
  std::string origin;  // names this process to the feeds of all
};

class PgWriteStore {
 public:
  using Handle = WriteStoreHandle;
  using Self = LoopActor<PgWriteStore>;

  /// How often the server is asked after a transaction whose commit was not answered.
  static constexpr std::chrono::milliseconds fate_interval{100};

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
  /// While writes fail it tries one: `work`.
  struct Check {
    Deadline deadline;
    Answer<ProbeReply> answer;
    std::unique_ptr<db::PgWriteGroup> work{};
  };
  using Job = std::variant<Group, Check>;
  enum class Busy { no, with_job, with_fate };  // what the connection does: the first of jobs_, ...

  void submit(Job job);
  void start_next();
  void start(Group& group);
  void start(Check& check);
  void take(const db::PgResult& result);
  void take_work(db::PgWriteGroup& work, const db::PgResult& result);
  void take_probe(Check& check, const db::PgResult& result);
  void lost(const db::PgFault& fault);
  void done();
  void learn(const db::PgWriteGroup& work);
  void finish(Group& group);
  void finish(Check& check);
  void fail(Job& job, const Error& error) const;
  bool is_hopeless(Job& job) const;
  void drop_hopeless();
  void ask_fate();
  void take_fate(const db::PgResult& result);
  void fate_known(std::string_view status);
  Error not_writing() const;
  void arm_sweep();

  Self& self_;
  std::string origin_;
  std::list<Job> jobs_;  // where one stands it stays
  Busy busy_ = Busy::no;
  LimitedLog log_;
  PgOutage outage_;
  WriteHealth health_;
  std::optional<std::string> in_doubt_{};  // a transaction whose commit was not answered
  bool stuck_ = false;                     // the server has said that it is still under way
  bool asks_later_ = false;
  Timer ask_again_;
  Timer sweep_;
  bool sweeping_ = false;
  PgLink link_;
};

}  // namespace rollcall::actors
