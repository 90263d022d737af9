// What the actors say to each other. No message leaves the process, so none is serialised.
#pragma once

#include <chrono>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include <caf/allowed_unsafe_message_type.hpp>

#include "domain/change.hpp"
#include "domain/error.hpp"
#include "domain/user.hpp"

namespace rollcall::actors {

/// A point of the loop's steady clock. Work whose deadline has passed is dropped unexecuted.
using Deadline = std::chrono::steady_clock::time_point;

/// Who is this user? `fresh`: skip the cache and join no flight that is already under way.
struct FindUser {
  UserId id;
  Deadline deadline;
  bool fresh = false;
};
/// A user that was found. `stale_for`: it was kept from earlier, since the database can't be
/// reached, and this long ago it was known to be true (RFC 9111 4.2.3). `rendering`: where the user
/// is kept, text that was made of it is kept beside it, for the next who asks; empty until somebody
/// has made it. It belongs to the loop's thread, as the directory does.
struct FoundUser {
  UserRef user;
  std::optional<std::chrono::seconds> stale_for{};
  std::shared_ptr<std::string> rendering{};
};
/// user_not_found where there is none.
using FindUserReply = tl::expected<FoundUser, Error>;

/// Many lookups in one statement. No id stands in it twice.
struct FindUsers {
  std::vector<UserId> ids;
  Deadline deadline;
};
/// The users that exist, in any order.
using FindUsersReply = tl::expected<std::vector<UserRef>, Error>;

/// A page of users whose id is greater than `after`, ascending; `limit` in 1..500.
struct ListUsers {
  std::optional<UserId> after;
  int limit;
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

/// Drop what is cached of these users (or of all), and seal the flights under way for them.
/// `doubtful`: the same, and nothing is cached of them until the outcome of their writes is known,
/// which is when a later Forget names them in `ids`.
struct Forget {
  std::vector<UserId> ids;
  bool everything = false;
  std::vector<UserId> doubtful{};
};
/// Everyone concerned has forgotten.
struct Forgotten {};

/// What is cached was true at `proved_at`, and may be trusted until `until`: whoever changes it
/// from now on is heard. Time of the steady clock.
struct Vouch {
  std::chrono::steady_clock::time_point proved_at;
  std::chrono::steady_clock::time_point until;
};
/// Changes of other nodes are no longer heard: don't trust what is cached.
struct Distrust {};

/// Can you serve? Runs a real statement.
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
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(rollcall::actors::Forget)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(rollcall::actors::Forgotten)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(rollcall::actors::Vouch)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(rollcall::actors::Distrust)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(rollcall::actors::Probe)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(rollcall::actors::ProbeReply)
