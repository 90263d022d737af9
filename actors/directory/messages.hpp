// What the actors say to each other. No message leaves the process, so none is serialised.
#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <vector>

#include <caf/allowed_unsafe_message_type.hpp>

#include "domain/change.hpp"
#include "domain/error.hpp"
#include "domain/page.hpp"
#include "domain/user.hpp"

namespace rollcall::actors {

/// A point of the loop's steady clock. Work whose deadline has passed is dropped unexecuted.
using Deadline = std::chrono::steady_clock::time_point;

/// Find a user. `fresh`: skip the cache and join no lookup that is already under way.
struct FindUser {
  UserId id;
  Deadline deadline;
  bool fresh = false;
};
/// A user that was found. `stale_for`: it comes from the cache, since the database can't be
/// reached, and was last known to be valid this long ago (RFC 9111 4.2.3). `cached`: it comes from
/// the cache, and is likely to be requested again.
struct FoundUser {
  UserRef user;
  std::optional<std::chrono::seconds> stale_for{};
  bool cached = false;
};
/// user_not_found where there is none.
using FindUserReply = tl::expected<FoundUser, Error>;

/// The most ids of one statement.
inline constexpr std::size_t max_batch = 1'000;

/// Many lookups in one statement: at most max_batch. No id stands in it twice.
struct FindUsers {
  std::vector<UserId> ids;
  Deadline deadline;
};
/// The users that exist, in any order.
using FindUsersReply = tl::expected<std::vector<UserRef>, Error>;

/// A page of users.
struct ListUsers {
  PageQuery page;
  Deadline deadline;
};
using ListUsersReply = tl::expected<UserPage, Error>;

/// One write.
struct WriteUser {
  Change change;
  Deadline deadline;
};
using WriteUserReply = ChangeResult;

/// Writes that become one transaction, in this order; one that fails does not fail the others.
struct WriteGroup {
  std::vector<WriteUser> writes;
  Timestamp at;  // becomes created_at and updated_at
};
/// One reply for each write, in the same order.
using WriteGroupReply = std::vector<WriteUserReply>;

/// Drop these users (or all) from the cache, and supersede the lookups under way for them.
/// `outcome_unknown`: the same, and they are not cached until the outcome of their writes is known,
/// which is when a later Invalidate names them in `ids`.
struct Invalidate {
  std::vector<UserId> ids;
  bool everything = false;
  std::vector<UserId> outcome_unknown{};
};
/// Every cache has dropped the users.
struct Invalidated {};

/// The cache was valid at `confirmed_at` and may answer until `until`: every change since then has
/// been, or will be, notified. Time of the steady clock.
struct RenewLease {
  std::chrono::steady_clock::time_point confirmed_at;
  std::chrono::steady_clock::time_point until;
};
/// Changes of other nodes are no longer received: the cache must not answer.
struct RevokeLease {};

/// Can you serve? The receiver runs a real statement.
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
