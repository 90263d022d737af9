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

/// The user as it is after the change, null after a delete; or why nothing was changed.
using ChangeResult = tl::expected<UserRef, Error>;

}  // namespace rollcall
