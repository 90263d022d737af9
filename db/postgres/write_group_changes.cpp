// The part of PgWriteGroup that sends one change and interprets the server's results.
#include <charconv>
#include <limits>

#include "db/change_log.hpp"
#include "db/postgres/statements.hpp"
#include "db/postgres/write_group.hpp"
#include "db/user_row.hpp"
#include "domain/errors.hpp"

namespace rollcall::db {

namespace {

constexpr std::size_t most_errors = 8;

// "{1,22,333}"
std::vector<std::int64_t> ids_in(std::string_view array) {
  std::vector<std::int64_t> ids;
  const char* at = array.data();
  const char* const end = at + array.size();
  while (at != end) {
    std::int64_t id = 0;
    const auto read = std::from_chars(at, end, id);
    if (read.ec == std::errc{}) ids.push_back(id);
    at = read.ptr == at ? at + 1 : read.ptr;
  }
  return ids;
}

// A precondition and what is expected as parameters: the version must be in `one_of` and not in
// `none_of`, the last change no later than `latest`, and the times these. What is absent allows
// every row. The lists point into both.
struct RowConditions {
  std::optional<Integers> one_of{};
  std::optional<Integers> none_of{};
  std::optional<std::int64_t> latest{};
  std::optional<std::int64_t> created_at{};
  std::optional<std::int64_t> updated_at{};

  RowConditions(const Precondition& precondition, const ExpectedRecord& expected)
      : RowConditions(precondition) {
    if (expected.version) {
      const auto& match = precondition.if_match;
      const bool may_match = !one_of || (match && match->contains(*expected.version));
      one_of = may_match ? Integers(&*expected.version, 1) : Integers();
    }
    if (expected.created_at) created_at = milliseconds_of(*expected.created_at);
    if (expected.updated_at) updated_at = milliseconds_of(*expected.updated_at);
  }

 private:
  explicit RowConditions(const Precondition& precondition) {
    if (precondition.if_unmodified_since) {
      latest = milliseconds_of(precondition.if_unmodified_since->last());
    }
    if (precondition.if_match && !precondition.if_match->any) {
      one_of = Integers(precondition.if_match->versions);
    }
    if (!precondition.if_none_match) return;
    if (precondition.if_none_match->any) {
      one_of = Integers();  // If-None-Match: * fails for each existing user; no version is in {}
    } else {
      none_of = Integers(precondition.if_none_match->versions);
    }
  }
};

const Precondition& precondition_of(const Change& change) {
  static const Precondition none;
  if (const auto* replace = std::get_if<ReplaceUser>(&change)) return replace->precondition;
  if (const auto* patch = std::get_if<PatchUser>(&change)) return patch->precondition;
  if (const auto* remove = std::get_if<DeleteUser>(&change)) return remove->precondition;
  return none;
}

const ExpectedRecord& expected_of(const Change& change) {
  static const ExpectedRecord none;
  if (const auto* replace = std::get_if<ReplaceUser>(&change)) return replace->expected;
  if (const auto* patch = std::get_if<PatchUser>(&change)) return patch->expected;
  return none;
}

}  // namespace

PgWriteGroup::Sent PgWriteGroup::send_change(PgConnection& connection, std::size_t index) {
  namespace pg = sql::postgres;
  const Change& change = *changes_[index];
  if (const auto* create = std::get_if<CreateUser>(&change)) {
    const StoredFields stored(create->fields);
    auto sent = with_values(stored.row(), [&](const auto&... fields) {
      return with_values(new_record(at_), [&](const auto&... record) {
        return send<pg::add_user>(connection, Step::change, index, fields..., record...);
      });
    });
    return sent ? send_keys(connection, index, stored.keys(), 0) : sent;
  }
  const std::int64_t id = target_of(change)->value();
  if (auto sent = send<sql::find_user>(connection, Step::read, index, id); !sent) return sent;
  const RowConditions row_is(precondition_of(change), expected_of(change));
  if (std::holds_alternative<DeleteUser>(change)) {
    return send<pg::remove_user>(connection, Step::change, index, id, row_is.one_of, row_is.none_of,
                                 row_is.latest);
  }
  const UserPatch patch = patch_of(index);
  const StoredPatch stored(patch);
  const PatchRow row = stored.row();
  auto sent = with_values(row, [&](const auto&... columns) {
    return send<pg::change_user>(connection, Step::change, index, row.given, columns...,
                                 milliseconds_of(at_), id, row_is.one_of, row_is.none_of,
                                 row_is.latest, row_is.created_at, row_is.updated_at);
  });
  return sent ? send_keys(connection, index, stored.keys(), id) : sent;
}

// Needs each privilege that a write needs, and room for a user.
PgWriteGroup::Sent PgWriteGroup::send_trial(PgConnection& connection) {
  namespace pg = sql::postgres;
  constexpr std::int64_t id = std::numeric_limits<std::int64_t>::max();
  const std::optional<Integers> any;
  const std::optional<std::int64_t> any_time;
  auto sent = send<pg::save>(connection, Step::frame, 0);
  if (sent) sent = send<pg::try_user>(connection, Step::frame, 0);
  if (sent) {
    const PatchRow other_name{.given = bit_of("name"), .name = "y"};
    sent = with_values(other_name, [&](const auto&... columns) {
      return send<pg::change_user>(connection, Step::frame, 0, other_name.given, columns...,
                                   std::int64_t{0}, id, any, any, any_time, any_time, any_time);
    });
  }
  if (sent) sent = send<pg::remove_user>(connection, Step::frame, 0, id, any, any, any_time);
  if (sent) sent = send<pg::roll_back_one>(connection, Step::frame, 0);
  return sent;
}

ChangeResult PgWriteGroup::applied(std::size_t index, const PgResult& result) {
  const Change& change = *changes_[index];
  const auto written = [&](std::int64_t id, std::int64_t version, ChangeKind kind) {
    written_[index] = {id, version, name_of(kind)};
  };
  if (std::holds_alternative<DeleteUser>(change)) {
    const auto row = result.row<RemovedRow>(0);
    written(row.id, row.version, ChangeKind::deleted);
    return UserRef();
  }
  if (const auto* create = std::get_if<CreateUser>(&change)) {
    const auto id = UserId::from(result.row<IdRow>(0).id);
    if (!id) return tl::unexpected(Error{ErrorCode::internal, "The database gave no id."});
    auto user = std::make_shared<const User>(new_user(*id, create->fields, at_));
    written(id->value(), user->version, ChangeKind::created);
    return user;
  }
  const auto row = result.row<UserRow>(0);
  auto user = user_of(row);
  if (!user) {
    undo_ = settled_[index] = true;
    return tl::unexpected(invalid_row());
  }
  written(row.id, row.version, ChangeKind::updated);
  return std::make_shared<const User>(std::move(*user));
}

// The result of a change whose statement returned no row.
ChangeResult PgWriteGroup::not_applied(std::size_t index) {
  const Change& change = *changes_[index];
  if (std::holds_alternative<CreateUser>(change)) return key_taken(index);
  const auto& found = found_[index];
  if (!found) return tl::unexpected(user_not_found());
  const Precondition& precondition = precondition_of(change);
  const ExpectedRecord& expected = expected_of(change);
  if (!found->user) {
    auto error = refuse(found->record, precondition, expected);
    if (!error && !found->invalid_and_as_asked) return key_taken(index);
    return tl::unexpected(error ? std::move(*error) : invalid_row());
  }
  auto user = patched(*found->user, patch_of(index), precondition, expected, at_);
  if (!user) return tl::unexpected(std::move(user.error()));
  if (user->version != found->record.version) return key_taken(index);
  unchanged_[index] = true;
  return std::make_shared<const User>(std::move(*user));
}

void PgWriteGroup::take_found(std::size_t index, const PgResult& result) {
  if (result.rows() == 0) return;
  using std::chrono::milliseconds;
  const auto row = result.row<UserRow>(0);
  FoundRow found{{row.version, Timestamp{milliseconds{row.created_at_ms}},
                  Timestamp{milliseconds{row.updated_at_ms}}}};
  const Change& change = *changes_[index];
  if (!std::holds_alternative<DeleteUser>(change)) {
    if (auto user = user_of(row)) {
      found.user = std::move(*user);
    } else {
      found.invalid_and_as_asked = has_already(row, patch_of(index));
    }
  }
  found_[index] = std::move(found);
}

void PgWriteGroup::take_good(const PendingResult& pending, const PgResult& result) {
  if (pending.step == Step::locks) return take_locks(result);
  if (pending.step == Step::commit) return take_commit(result);
  if (pending.step == Step::frame || settled_[pending.change]) return;
  if (pending.step == Step::base) {
    take_base(pending.change, result);
  } else if (pending.step == Step::claim) {
    take_claim(pending.change, result);
  } else if (pending.step == Step::answer) {
    take_answer(pending.change, result);
  } else if (pending.step == Step::read) {
    take_found(pending.change, result);
  } else if (pending.step == Step::keys) {
    take_keys(pending.change, result);
  } else if (pending.step == Step::change) {
    results_[pending.change] =
        result.rows() == 0 ? not_applied(pending.change) : applied(pending.change, result);
  } else if (pending.step == Step::creates) {
    failed_ = !take_creates(pending, result) || failed_;
  }
}

void PgWriteGroup::take_locks(const PgResult& result) {
  const auto row = result.row<LocksRow>(0);
  transaction_ = row.transaction.value_or("");
  lock_timeout_ = row.lock_timeout.value_or("");
  for (const std::int64_t id : ids_in(row.passed_over.value_or(""))) {
    passed_over_.push_back(id);
    skip_from(id, 0);
  }
}

void PgWriteGroup::take_commit(const PgResult& result) {
  // The server answers ROLLBACK where the transaction had failed before.
  committed_ = result.command() == "COMMIT";
  for (const PgWarning& warning : result.warnings()) {
    if (!warning.doubts_commit) continue;
    doubt_ = true;
    trouble_ = PgError{PgError::Kind::doubt, warning.detail, warning.sqlstate};
  }
  if (trouble_ && doubt_) errors_.push_back(*trouble_);
}

void PgWriteGroup::take_failed(const PendingResult& pending, PgError error) {
  if (pending.step == Step::creates) {
    // Which of them failed, and whether it does again, shows in the attempt with savepoints.
    failed_ = retry_with_savepoints_ = true;
    return;
  }
  const bool of_change =
      pending.step != Step::frame && pending.step != Step::locks && pending.step != Step::commit;
  failed_ = failed_ || of_change;
  frame_failed_ = frame_failed_ || (!of_change && pending.step != Step::commit);
  if (of_change && error.locked()) {
    if (const auto id = target_of(*changes_[pending.change]))
      skip_from(id->value(), pending.change);
    settle(pending.change, tl::unexpected(user_locked()));
  } else if (of_change && error.repeatable() && !with_savepoints_) {
    retry_with_savepoints_ = true;
  } else if (of_change) {
    const auto key = key_of_constraint(error.constraint);
    settle(pending.change,
           tl::unexpected(error.duplicate() ? taken(key ? key : keys_of(pending.change).first())
                                            : client_error(error)));
  }
  if (!of_change || error.concerns_all()) trouble_ = error;
  const bool expected_to_happen =
      error.duplicate() || (of_change && error.repeatable() && !with_savepoints_);
  if (!expected_to_happen && errors_.size() < most_errors) errors_.push_back(std::move(error));
}

// Answers user_locked to the changes of this user from `from` on: a later change must not overtake
// an earlier one.
void PgWriteGroup::skip_from(std::int64_t id, std::size_t from) {
  for (std::size_t i = from; i < changes_.size(); ++i) {
    const auto target = target_of(*changes_[i]);
    if (target && target->value() == id && !settled_[i]) settle(i, tl::unexpected(user_locked()));
  }
}

void PgWriteGroup::settle(std::size_t index, ChangeResult result) {
  results_[index] = std::move(result);
  settled_[index] = true;
  written_[index].reset();
}

void PgWriteGroup::settle_expired() {
  for (std::size_t i = next_; expired_ && i < changes_.size(); ++i) {
    if (settled_[i] || !expired_(i)) continue;
    settle(i, tl::unexpected(deadline_exceeded()));
  }
}

}  // namespace rollcall::db
