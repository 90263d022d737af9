// The messages of the actors. None leaves the process, so none is serialised.
#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <vector>

#include <caf/allowed_unsafe_message_type.hpp>

#include "domain/change.hpp"
#include "domain/change_log.hpp"
#include "domain/error.hpp"
#include "domain/page.hpp"
#include "domain/user.hpp"

namespace rollcall::actors {

/// A point of the loop's steady clock. Work whose deadline has passed is dropped unexecuted.
using Deadline = std::chrono::steady_clock::time_point;

/// Find a user. `fresh`: skip the cache, and join no lookup that the store already has.
struct FindUser {
  UserId id;
  Deadline deadline;
  bool fresh = false;
};
/// A user that was found. `stale_for`: it comes from the cache, since the database fails or is
/// silent, and was last known to be valid this long ago (RFC 9111 4.2.3). `cached`: it is a regular
/// cache hit, so it is likely to be requested again.
struct FoundUser {
  UserRef user;
  std::optional<std::chrono::seconds> stale_for{};
  bool cached = false;
};
/// user_not_found if there is none.
using FindUserReply = tl::expected<FoundUser, Error>;

/// A batch of lookups.
struct FindUsers {
  UserIds ids;
  Deadline deadline;
};
/// The users that exist, in any order.
using FindUsersReply = tl::expected<std::vector<UserRef>, Error>;

/// A list of users.
struct ListUsers {
  ListQuery list;
  Deadline deadline;
};
using ListUsersReply = tl::expected<UserPage, Error>;

/// How many users the filter selects.
struct CountUsers {
  UserFilter filter;
  Deadline deadline;
};
using CountUsersReply = tl::expected<std::int64_t, Error>;
/// A page of the log of changes.
struct ListChanges {
  ChangesQuery query;
  Deadline deadline;
};
using ListChangesReply = ChangesResult;

/// The log of changes may have grown, or somebody begins to follow it.
struct ReadChanges {};
/// What the log has behind `from`, up to `to`. Without `changes` the reader begins anew at `to`:
/// what is before was not read, and `from` equals `to`.
struct ChangesRead {
  std::int64_t from;
  std::int64_t to;
  std::shared_ptr<const std::vector<LoggedChange>> changes{};
};
struct ChangesTaken {};

/// One write.
struct WriteUser {
  Change change;
  Deadline deadline;
};
using WriteUserReply = ChangeResult;

/// Writes to be applied in one transaction, in this order; one that fails does not fail the others.
struct WriteGroup {
  std::vector<WriteUser> writes;
  Timestamp at;  // becomes created_at and updated_at
};
/// One reply for each write, in the same order.
using WriteGroupReply = std::vector<WriteUserReply>;

/// Drop these users (or all) from the cache, and supersede the lookups in flight for them.
/// `outcome_unknown`: the same, and these users are not cached until the outcome of their writes is
/// known, that is until a later Invalidate names them in `ids`.
struct Invalidate {
  std::vector<UserId> ids;
  bool everything = false;
  std::vector<UserId> outcome_unknown{};
};
/// The cache, or from the feed every cache, has dropped the users.
struct Invalidated {};

/// The cache was valid at `confirmed_at` and may answer until `until`: every change since then has
/// been, or will be, notified. Time of the steady clock.
struct RenewLease {
  std::chrono::steady_clock::time_point confirmed_at;
  std::chrono::steady_clock::time_point until;
};
/// Changes of other nodes are no longer received: the cache must not answer.
struct RevokeLease {};

/// Can you serve? A store runs a real statement to find out.
struct Probe {
  Deadline deadline;
};
struct Serving {};
using ProbeReply = tl::expected<Serving, Error>;

}  // namespace rollcall::actors

CAF_ALLOW_UNSAFE_MESSAGE_TYPE(rollcall::actors::FindUser)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(rollcall::actors::FindUserReply)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(rollcall::actors::FindUsers)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(rollcall::actors::FindUsersReply)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(rollcall::actors::ListUsers)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(rollcall::actors::ListUsersReply)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(rollcall::actors::CountUsers)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(rollcall::actors::CountUsersReply)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(rollcall::actors::ListChanges)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(rollcall::actors::ListChangesReply)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(rollcall::actors::ReadChanges)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(rollcall::actors::ChangesRead)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(rollcall::actors::ChangesTaken)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(rollcall::actors::WriteUser)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(rollcall::actors::WriteUserReply)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(rollcall::actors::WriteGroup)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(rollcall::actors::WriteGroupReply)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(rollcall::actors::Invalidate)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(rollcall::actors::Invalidated)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(rollcall::actors::RenewLease)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(rollcall::actors::RevokeLease)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(rollcall::actors::Probe)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(rollcall::actors::ProbeReply)
