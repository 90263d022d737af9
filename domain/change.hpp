// The changes that can be asked of the directory, and what each may demand of the row it meets.
#pragma once

#include <cstdint>
#include <optional>
#include <variant>
#include <vector>

#include "domain/error.hpp"
#include "domain/user.hpp"

namespace rollcall {

/// A list of versions, or `*` (RFC 9110 8.8.3, 13.1.1).
struct VersionSet {
  bool any = false;  // `*`
  std::vector<std::int64_t> versions{};

  bool contains(std::int64_t version) const;
};

/// What must hold of the current row, compared inside the write's transaction.
struct Precondition {
  std::optional<VersionSet> if_match{};
  std::optional<VersionSet> if_none_match{};

  /// Whether a row of this version may be changed.
  bool holds(std::int64_t version) const;
};

/// A user to be: the id is given by the store.
struct CreateUser {
  UserName name;
  std::optional<Email> email;
};

/// Replaces name and e-mail of a user that exists.
struct ReplaceUser {
  UserId id;
  UserName name;
  std::optional<Email> email;
  Precondition precondition{};
};

/// Changes the parts that are given; an e-mail given as nothing is removed (RFC 7396).
struct PatchUser {
  UserId id;
  std::optional<UserName> name;
  std::optional<std::optional<Email>> email;
  Precondition precondition{};
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

/// A page of users, ascending by id.
struct UserPage {
  std::vector<UserRef> users;
  bool more = false;  // whether users with larger ids follow
};

}  // namespace rollcall
