// The changes of users that a client can ask for.
#pragma once

#include <optional>
#include <variant>

#include "domain/error.hpp"
#include "domain/precondition.hpp"
#include "domain/record.hpp"
#include "domain/user.hpp"

namespace rollcall {

/// Creates a user; the store assigns the id.
struct CreateUser {
  UserFields fields;
};

/// Replaces all fields that a client can set, of a user that exists.
struct ReplaceUser {
  UserId id;
  UserFields fields;
  Precondition precondition{};
  ExpectedRecord expected{};
};

/// Changes the fields that the patch sets, of an existing user.
struct PatchUser {
  UserId id;
  UserPatch patch;
  Precondition precondition{};
  ExpectedRecord expected{};
};

struct DeleteUser {
  UserId id;
  Precondition precondition{};
};

using Change = std::variant<CreateUser, ReplaceUser, PatchUser, DeleteUser>;

/// The id that a change names; nothing for a create.
std::optional<UserId> target_of(const Change& change);

/// Whether the change gives a value that no other user may have.
bool gives_key(const Change& change);

/// The user after a replacement or a patch at `at`; the same user where that changes no field. An
/// error as of `refuse`, or validation_failed where the patch makes a field break a limit. The
/// conditions must hold also where the user has the fields already: another client may have written
/// them, and the one that named the version must read again. So the permission of RFC 9110 13.1.1
/// to answer a repetition with 2xx is not used: two clients that count would lose a count.
tl::expected<User, Error> patched(const User& user, const UserPatch& patch,
                                  const Precondition& precondition, const ExpectedRecord& expected,
                                  Timestamp at);

/// The user as it is after the change, null after a delete; or why nothing was changed.
using ChangeResult = tl::expected<UserRef, Error>;

}  // namespace rollcall
