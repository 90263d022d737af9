// Writes users to PostgreSQL, over a connection of its own, without ever blocking its loop.
//
// Owns     the one connection of the process that writes.
// Receives WriteGroup, Probe; see WriteStoreHandle.
// Ends     by an exit message or a bug. Losing the database ends nothing: it connects again on its
//          own schedule, and brings the schema up to date where it finds an older one.
// Restart  by the supervisor `storage`, after every cache has been cleared.
// Lost     groups that were not sent, which are not applied. The outcome of a group whose commit
//          was sent is unknown.
//
// No write is sent again over another connection. A commit that was sent and not answered may go on
// in the server without its client, for instance while no synchronous standby takes it. No other
// transaction is sent until the server reports the outcome of that one; while it reports "in
// progress", writes are answered storage_unavailable at once. So this process has at most two
// sessions that write there: the one that was given up, and the one that asks for its status.
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
#include "actors/runtime/ticker.hpp"
#include "actors/stores/postgres/link.hpp"
#include "actors/stores/postgres/outage.hpp"
#include "actors/stores/removal.hpp"
#include "db/postgres/write_group.hpp"

namespace rollcall::actors {

struct PgWriteStoreOptions {
  PgLinkOptions link;
  std::string origin;                  // identifies this process in notifications
  std::chrono::days keep_changes{30};  // in the log
};

class PgWriteStore {
 public:
  using Handle = WriteStoreHandle;
  using Self = LoopActor<PgWriteStore>;

  /// How often the server is asked for the status of a transaction whose commit was not answered.
  static constexpr std::chrono::milliseconds status_interval{100};

  /// How often expired requests are answered while any waits.
  static constexpr std::chrono::milliseconds sweep_interval{25};

  PgWriteStore(Self& self, const PgWriteStoreOptions& options);
  Handle::behavior_type behavior();

 private:
  /// A group, and which of its writes were sent: those that had not expired by then.
  struct Group {
    WriteGroup message;
    ReplyPromise<WriteGroupReply> promise;
    std::vector<std::size_t> sent{};
    std::unique_ptr<db::PgWriteGroup> work{};
  };
  /// A probe. While writes fail it makes a trial write: `work`.
  struct Check {
    Deadline deadline;
    ReplyPromise<ProbeReply> promise;
    std::unique_ptr<db::PgWriteGroup> work{};
  };
  using Job = std::variant<Group, Check>;
  enum class Busy {
    no,
    with_job,           // the first of jobs_
    with_status_query,  // of the transaction in_doubt_
    with_removal,       // of old changes and expired answers
  };

  void submit(Job job);
  void start_next();
  void start(Group& group);
  void start(Check& check);
  void take(const db::PgResult& result);
  void take_work(db::PgWriteGroup& work, const db::PgResult& result);
  void take_probe(Check& check, const db::PgResult& result);
  void lost(const db::PgError& error);
  void done();
  void learn(const db::PgWriteGroup& work);
  void finish(Group& group);
  void finish(Check& check);
  void fail(Job& job, const Error& error) const;
  bool is_unservable(Job& job) const;
  void drop_unservable();
  void ask_status();
  void take_status(const db::PgResult& result);
  void status_known(std::string_view status);
  void remove_old();
  void take_removal(const db::PgResult& result);
  Error not_writing() const;

  Self& self_;
  std::string origin_;
  std::list<Job> jobs_;  // a list: the address of a job stays valid
  Busy busy_ = Busy::no;
  LimitedLog log_;
  PgOutage outage_;
  WriteHealth health_;
  std::optional<std::string> in_doubt_{};  // a transaction whose commit was not answered
  bool stuck_ = false;                     // the server has reported it as in progress
  std::chrono::days keep_changes_;
  bool removal_due_ = false;
  std::string_view removing_{};  // the statement whose result is next
  Ticker removal_;
  Ticker status_query_;
  Ticker sweeper_;
  PgLink link_;
};

}  // namespace rollcall::actors
