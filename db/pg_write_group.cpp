#include "db/pg_write_group.hpp"

#include <algorithm>

#include "db/pg_notices.hpp"
#include "db/pg_statements.hpp"
#include "db/refusals.hpp"
#include "db/user_row.hpp"

namespace rollcall::db {

namespace {

// The precondition as the statements take it: versions of which it must be one, and none.
struct VersionLists {
  std::optional<Integers> one_of{};
  std::optional<Integers> none_of{};

  explicit VersionLists(const Precondition& precondition) {
    if (precondition.if_match && !precondition.if_match->any) {
      one_of = Integers(precondition.if_match->versions);
    }
    if (!precondition.if_none_match) return;
    if (precondition.if_none_match->any) {
      one_of = Integers();  // no version is one of none: any user that exists is one too many
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

PatchUser as_patch(const ReplaceUser& replace) {
  return {replace.id, replace.name, replace.email, replace.precondition};
}

}  // namespace

PgWriteGroup::PgWriteGroup(std::vector<const Change*> changes, Timestamp at, std::string origin)
    : changes_(std::move(changes)), at_(at), origin_(std::move(origin)) {}

PgWriteGroup::Sent PgWriteGroup::begin(PgConnection& connection) {
  return send_changes(connection);
}

template <const auto& declared, class... Params>
PgWriteGroup::Sent PgWriteGroup::send(PgConnection& connection, What what, std::size_t change,
                                      const Params&... params) {
  expected_.push_back({what, change, declared.name});
  return connection.send<declared>(params...);
}

PgWriteGroup::Sent PgWriteGroup::end_segment(PgConnection& connection, bool flush) {
  expected_.push_back({What::sync, 0, "sync"});
  if (auto sent = connection.send_sync(); !sent || !flush) return sent;
  return connection.flush().map([](bool) {});
}

PgWriteGroup::Sent PgWriteGroup::send_changes(PgConnection& connection) {
  namespace pg = sql::postgres;
  phase_ = Phase::changes;
  failed_ = frame_failed_ = false;
  met_.assign(changes_.size(), std::nullopt);
  results_.assign(changes_.size(), tl::unexpected(Error{ErrorCode::internal, {}}));
  std::vector<std::int64_t> targets;
  for (const Change* change : changes_) {
    if (const auto id = target_of(*change)) targets.push_back(id->value());
  }
  auto sent = send<pg::begin>(connection, What::frame, 0);
  if (sent && !careful_ && !targets.empty()) {
    sent = send<pg::lock_users>(connection, What::frame, 0, Integers(targets));
  }
  if (sent && careful_) sent = send<pg::wait_briefly>(connection, What::frame, 0);
  if (sent && careful_) sent = send<pg::save>(connection, What::frame, 0);
  if (sent && careful_) sent = end_segment(connection, false);
  for (std::size_t i = 0; sent && i < changes_.size(); ++i) {
    if (careful_) sent = send<pg::roll_back_one>(connection, What::frame, i);
    if (sent) sent = send_change(connection, i);
    if (sent && careful_) sent = send<pg::release>(connection, What::frame, i);
    if (sent && careful_) sent = send<pg::save>(connection, What::frame, i);
    if (sent && careful_) sent = end_segment(connection, false);
  }
  if (!sent) return sent;
  return end_segment(connection, true);
}

PgWriteGroup::Sent PgWriteGroup::send_change(PgConnection& connection, std::size_t index) {
  namespace pg = sql::postgres;
  const Change& change = *changes_[index];
  if (const auto* create = std::get_if<CreateUser>(&change)) {
    const EmailColumns email(create->email);
    const auto now = milliseconds_of(at_);
    return send<pg::add_user>(connection, What::change, index, create->name.value(),
                              email.address(), email.key(), first_version, now, now);
  }
  const std::int64_t id = target_of(change)->value();
  if (careful_) {
    const Integers alone(&id, 1);
    if (auto sent = send<pg::lock_users>(connection, What::lock, index, alone); !sent) return sent;
  }
  if (auto sent = send<sql::find_user>(connection, What::read, index, id); !sent) return sent;
  const VersionLists versions(precondition_of(change));
  if (std::holds_alternative<DeleteUser>(change)) {
    return send<pg::remove_user>(connection, What::change, index, id, versions.one_of,
                                 versions.none_of);
  }
  const auto* replace = std::get_if<ReplaceUser>(&change);
  const PatchUser patch = replace != nullptr ? as_patch(*replace) : std::get<PatchUser>(change);
  const EmailColumns email(patch.email.value_or(std::nullopt));
  const auto name = patch.name ? OptionalText(patch.name->value()) : std::nullopt;
  return send<pg::change_user>(connection, What::change, index, name,
                               std::int64_t{patch.email ? 1 : 0}, email.address(), email.key(),
                               milliseconds_of(at_), id, versions.one_of, versions.none_of);
}

// Tells the other nodes, and commits. Where nothing was changed there is nothing to flush.
PgWriteGroup::Sent PgWriteGroup::send_commit(PgConnection& connection) {
  std::vector<UserId> ids;
  for (std::size_t i = 0; i < changes_.size(); ++i) {
    if (!results_[i]) continue;
    const auto target = target_of(*changes_[i]);
    ids.push_back(target ? *target : (*results_[i])->id);
  }
  if (ids.empty()) return send_roll_back(connection);
  phase_ = Phase::commit;
  for (const std::string& payload : payloads_of(origin_, ids)) {
    auto sent = send<sql::postgres::notify>(connection, What::frame, 0, std::string_view(payload));
    if (!sent) return sent;
  }
  auto sent = send<sql::postgres::commit>(connection, What::commit, 0);
  if (!sent) return sent;
  return end_segment(connection, true);
}

PgWriteGroup::Sent PgWriteGroup::send_roll_back(PgConnection& connection) {
  phase_ = Phase::roll_back;
  if (auto sent = send<sql::postgres::roll_back>(connection, What::frame, 0); !sent) return sent;
  return end_segment(connection, true);
}

PgWriteGroup::Sent PgWriteGroup::take(PgConnection& connection, const PgResult& result) {
  const Expected expected = expected_.front();
  expected_.pop_front();
  if (expected.what == What::sync) return expected_.empty() ? after_sync(connection) : Sent{};
  if (result.is_good()) {
    take_good(expected, result);
    return {};
  }
  if (result.is_skipped()) return {};  // what failed before it has been noted
  PgFault fault = result.fault("statement " + std::string(expected.name));
  if (fault.connection_lost()) return tl::unexpected(std::move(fault));
  if (expected.what == What::lock || expected.what == What::read || expected.what == What::change) {
    failed_ = true;
    const Error error = fault.duplicate() ? email_taken() : client_error(fault);
    results_[expected.change] = tl::unexpected(error);
  } else {
    frame_failed_ = true;
  }
  if (!fault.duplicate()) fault_ = std::move(fault);
  return {};
}

void PgWriteGroup::take_good(const Expected& expected, const PgResult& result) {
  if (expected.what == What::read) {
    if (result.rows() == 1) met_[expected.change] = result.row<UserRow>(0).version;
  } else if (expected.what == What::change) {
    results_[expected.change] = applied(expected.change, result);
  } else if (expected.what == What::commit) {
    // The server answers ROLLBACK where the transaction had failed before.
    committed_ = result.command() == "COMMIT";
  }
}

ChangeResult PgWriteGroup::applied(std::size_t index, const PgResult& result) const {
  const Change& change = *changes_[index];
  const auto* create = std::get_if<CreateUser>(&change);
  if (result.rows() == 0) {
    if (create != nullptr) return tl::unexpected(email_taken());
    if (!met_[index]) return tl::unexpected(user_not_found());
    if (!precondition_of(change).holds(*met_[index])) {
      return tl::unexpected(precondition_failed(*met_[index]));
    }
    return tl::unexpected(email_taken());
  }
  if (std::holds_alternative<DeleteUser>(change)) return UserRef();
  if (create != nullptr) {
    const auto id = UserId::from(result.row<IdRow>(0).id);
    if (!id) return tl::unexpected(Error{ErrorCode::internal, "The database gave no id."});
    return std::make_shared<const User>(
        User{*id, create->name, create->email, first_version, at_, at_});
  }
  auto user = user_of(result.row<UserRow>(0));
  if (!user) return tl::unexpected(Error{ErrorCode::internal, "A stored user can't be read."});
  return std::make_shared<const User>(std::move(*user));
}

PgWriteGroup::Sent PgWriteGroup::after_sync(PgConnection& connection) {
  switch (phase_) {
    case Phase::changes:
      if (!failed_ && !frame_failed_) return send_commit(connection);
      if (!careful_) {
        again_ = true;
        return send_roll_back(connection);
      }
      if (!frame_failed_) return send_commit(connection);
      fail_all(client_error(*fault_));
      return send_roll_back(connection);
    case Phase::roll_back:
      if (std::exchange(again_, false)) {
        careful_ = true;
        return send_changes(connection);
      }
      break;
    case Phase::commit:
      if (!committed_) {
        const PgFault rolled_back{PgFault::Kind::statement, "the commit rolled back"};
        fail_all(client_error(fault_.value_or(rolled_back)));
        return send_roll_back(connection);  // the transaction may still be open
      }
      break;
    case Phase::done:
      break;
  }
  phase_ = Phase::done;
  return {};
}

void PgWriteGroup::lose(const PgFault& fault) {
  if (phase_ == Phase::commit) {
    for (ChangeResult& result : results_) {
      if (!result) continue;
      result = tl::unexpected(Error{ErrorCode::outcome_unknown,
                                    "The database was lost while the change was being stored."});
    }
  } else {
    fail_all(client_error(fault));
  }
  phase_ = Phase::done;
}

void PgWriteGroup::fail_all(const Error& error) {
  for (ChangeResult& result : results_) result = tl::unexpected(error);
}

}  // namespace rollcall::db
