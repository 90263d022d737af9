// Many changes in one transaction on PostgreSQL, each for itself, without waiting between them.
#pragma once

#include <chrono>
#include <cstdint>
#include <deque>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include <tl/expected.hpp>

#include "db/pg_connection.hpp"
#include "domain/change.hpp"

namespace rollcall::db {

/// A group on its way. Two exchanges with the server: all changes, then notification and commit.
///
/// The changes are written so that what may be expected to fail (no such user, a wrong version, a
/// taken e-mail) brings no row instead of an error. Where one fails all the same (two nodes at the
/// same e-mail, a row that somebody has locked), the server has undone all of it, and the group is
/// sent once more with a savepoint between the changes, and hardly any patience with locks, so that
/// the others do not suffer. That repeats nothing: no commit was sent before.
///
/// Lives beside one connection, which does nothing else meanwhile.
class PgWriteGroup {
 public:
  /// `origin` names this process in the notification. The changes must outlive the group.
  PgWriteGroup(std::vector<const Change*> changes, Timestamp at, std::string origin);

  /// Sends the changes. The connection has been checked and is in pipeline mode.
  tl::expected<void, PgFault> begin(PgConnection& connection);
  /// Takes the next result of the connection; sends what follows. A fault: the connection is lost,
  /// and `lose` is to be called.
  tl::expected<void, PgFault> take(PgConnection& connection, const PgResult& result);
  /// Every change has its result and the connection is free.
  bool is_done() const { return phase_ == Phase::done; }
  /// The connection is gone: what was not yet committed never will be, and where the commit was
  /// sent its fate is unknown.
  void lose(const PgFault& fault);

  /// In the order of the changes; call it when it is done or lost.
  std::vector<ChangeResult> take_results() { return std::move(results_); }
  /// Why the server refused what should have worked, for the log.
  const std::optional<PgFault>& fault() const { return fault_; }

 private:
  enum class Phase { changes, roll_back, commit, done };
  enum class What { frame, lock, read, change, commit, sync };
  struct Expected {
    What what;
    std::size_t change;
    std::string_view name;
  };
  using Sent = tl::expected<void, PgFault>;

  Sent send_changes(PgConnection& connection);
  Sent send_change(PgConnection& connection, std::size_t index);
  Sent send_commit(PgConnection& connection);
  Sent send_roll_back(PgConnection& connection);
  template <const auto& declared, class... Params>
  Sent send(PgConnection& connection, What what, std::size_t change, const Params&... params);
  Sent end_segment(PgConnection& connection, bool flush);
  Sent after_sync(PgConnection& connection);
  void take_good(const Expected& expected, const PgResult& result);
  ChangeResult applied(std::size_t index, const PgResult& result) const;
  void fail_all(const Error& error);

  std::vector<const Change*> changes_;
  Timestamp at_;
  std::string origin_;
  Phase phase_ = Phase::changes;
  bool careful_ = false;       // with savepoints
  bool failed_ = false;        // a change, in this attempt
  bool frame_failed_ = false;  // what stands around the changes
  bool again_ = false;         // after the rollback that is under way
  bool committed_ = false;
  std::deque<Expected> expected_{};                 // results that are to come
  std::vector<std::optional<std::int64_t>> met_{};  // the version that a change found
  std::vector<ChangeResult> results_{};
  std::optional<PgFault> fault_{};
};

}  // namespace rollcall::db
