#include "domain/change.hpp"

#include <type_traits>
#include <utility>

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

tl::expected<User, Error> patched(const User& user, const UserPatch& patch,
                                  const Precondition& precondition, const ExpectedRecord& expected,
                                  Timestamp at) {
  const Record record{user.version, user.created_at, user.updated_at};
  if (auto error = refuse(record, precondition, expected)) {
    return tl::unexpected(std::move(*error));
  }
  User after = user;
  patch.apply_to(after);
  if (after != user) {
    ++after.version;
    after.updated_at = at;
  }
  return after;
}

}  // namespace rollcall
