#include "domain/change.hpp"

#include <type_traits>
#include <utility>

#include "domain/errors.hpp"

namespace rollcall {

std::optional<UserId> target_of(const Change& change) {
  return std::visit(
      [](const auto& given) -> std::optional<UserId> {
        if constexpr (std::is_same_v<std::decay_t<decltype(given)>, CreateUser>) {
          return std::nullopt;
        } else {
          return given.id;
        }
      },
      change);
}

bool gives_key(const Change& change) {
  UserPatch patch{{}, {}};
  if (const auto* create = std::get_if<CreateUser>(&change)) {
    patch = UserPatch::of(create->fields);
  } else if (const auto* replace = std::get_if<ReplaceUser>(&change)) {
    patch = UserPatch::of(replace->fields);
  } else if (const auto* given = std::get_if<PatchUser>(&change)) {
    patch = given->patch;
  }
  return patch.email.value_or(std::nullopt) || patch.username.value_or(std::nullopt) ||
         patch.external_id.value_or(std::nullopt);
}

tl::expected<User, Error> patched(const User& user, const UserPatch& patch,
                                  const Precondition& precondition, const ExpectedRecord& expected,
                                  Timestamp at) {
  const Record record{user.version, user.created_at, user.updated_at};
  if (auto error = refuse(record, precondition, expected)) {
    return tl::unexpected(std::move(*error));
  }
  User after = user;
  if (auto applied = patch.apply_to(after); !applied) {
    return tl::unexpected(validation_failed({applied.error()}, user.version));
  }
  if (after != user) {
    ++after.version;
    after.updated_at = at;
  }
  return after;
}

}  // namespace rollcall
