// The part of PgWriteGroup that tells which of a user's keys another user has.
#include <algorithm>

#include "db/postgres/statements.hpp"
#include "db/postgres/write_group.hpp"
#include "db/user_row.hpp"

namespace rollcall::db {

// Looks up which of several keys is taken, in case the change before it finds one taken.
PgWriteGroup::Sent PgWriteGroup::send_keys(PgConnection& connection, std::size_t index,
                                           const UserKeys& keys, std::int64_t id) {
  if (keys.count() < 2) return {};
  return with_values(keys.row(), [&](const auto&... key) {
    return send<sql::keys_taken>(connection, Step::keys, index, id, key...);
  });
}

// What the change gives and the user did not have; of a delete nothing.
UserKeys PgWriteGroup::keys_of(std::size_t index) const {
  const Change& change = *changes_[index];
  if (const auto* create = std::get_if<CreateUser>(&change)) return UserKeys(create->fields);
  if (std::holds_alternative<DeleteUser>(change)) return UserKeys(UserPatch{{}, {}});
  const auto& found = found_[index];
  const UserPatch patch = patch_of(index);
  return found && found->user ? UserKeys(patch, *found->user) : UserKeys(patch);
}

// The first key that the change gives, until take_keys() knows better.
ChangeResult PgWriteGroup::key_taken(std::size_t index) {
  in_question_[index] = true;
  return tl::unexpected(taken(keys_of(index).first()));
}

void PgWriteGroup::take_keys(std::size_t index, const PgResult& result) {
  if (!in_question_[index]) return;
  const UserKeys keys = keys_of(index);
  std::optional<std::size_t> first;
  for (int i = 0; i < result.rows(); ++i) {
    const auto shared = keys.first_of(result.row<KeysRow>(i));
    if (shared) first = std::min(first.value_or(*shared), *shared);
  }
  if (first) results_[index] = tl::unexpected(taken(first));
}

}  // namespace rollcall::db
