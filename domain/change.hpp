// The changes of users that a client can ask for.
#pragma once

#include <cstddef>
#include <optional>
#include <utility>
#include <variant>

#include "domain/error.hpp"
#include "domain/kept_answer.hpp"
#include "domain/precondition.hpp"
#include "domain/record.hpp"
#include "domain/user.hpp"

namespace rollcall {

/// Creates a user; the store assigns the id. With a key whose answer is kept, creates nobody: the
/// result is that answer, or idempotency_mismatch where it was the answer to another request.
struct CreateUser {
  UserFields fields;
  RequestKeyRef key{};
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

/// What a change has made. Points to the user.
struct Changed {
  Changed(UserRef as_it_is)  // NOLINT(google-explicit-constructor): most changes have no more
      : user(std::move(as_it_is)) {}
  Changed(UserRef as_it_is, KeptAnswerRef kept)
      : user(std::move(as_it_is)), answer(std::move(kept)) {}

  UserRef user;            // as it is after the change; null after a delete and for a repetition
  KeptAnswerRef answer{};  // of a create with a key: the first answer, which is kept

  const User& operator*() const { return *user; }
  const User* operator->() const { return user.get(); }
  bool operator==(std::nullptr_t) const { return user == nullptr; }

  /// Whether the answer is that of an earlier request, and nothing was changed.
  bool repeated() const { return answer != nullptr && user == nullptr; }
  /// Who was created or changed; nothing after a delete.
  std::optional<UserId> id() const {
    if (user != nullptr) return user->id;
    return answer != nullptr ? std::optional(answer->user) : std::nullopt;
  }
};
/// What was made; or why nothing was changed.
using ChangeResult = tl::expected<Changed, Error>;

}  // namespace rollcall
