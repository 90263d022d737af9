// The part of PgWriteGroup that reads the attributes which a patch merges with.
#include <unordered_set>

#include "db/postgres/statements.hpp"
#include "db/postgres/write_group.hpp"
#include "db/user_row.hpp"
#include "domain/errors.hpp"

namespace rollcall::db {

bool PgWriteGroup::needs_base(std::size_t index) const {
  const auto* patch = std::get_if<PatchUser>(changes_[index]);
  return patch != nullptr && patch->patch.merges() && !settled_[index] && !decided_[index] &&
         !resolved_[index];
}

// Reads what merges from next_ up to `end` need, except where a change before them changes it.
PgWriteGroup::Sent PgWriteGroup::send_bases(PgConnection& connection, std::size_t end) {
  std::unordered_set<std::int64_t> seen;
  Sent sent;
  for (std::size_t i = next_; sent && i < end; ++i) {
    const auto id = target_of(*changes_[i]);
    if (!id || settled_[i] || !seen.insert(id->value()).second || !needs_base(i)) continue;
    sent = send<sql::find_user>(connection, Step::base, i, id->value());
  }
  return sent;
}

// Of a replacement or a patch.
UserPatch PgWriteGroup::patch_of(std::size_t index) const {
  if (resolved_[index]) return *resolved_[index];
  const Change& change = *changes_[index];
  const auto* replace = std::get_if<ReplaceUser>(&change);
  return replace != nullptr ? UserPatch::of(replace->fields) : std::get<PatchUser>(change).patch;
}

// What a merge makes of the user, whom lock_users has locked: nobody else changes the row.
void PgWriteGroup::take_base(std::size_t index, const PgResult& result) {
  const auto& change = std::get<PatchUser>(*changes_[index]);
  const auto decide = [&](Error error) {
    results_[index] = tl::unexpected(std::move(error));
    decided_[index] = true;
  };
  if (result.rows() == 0) return decide(user_not_found());
  const auto row = result.row<UserRow>(0);
  auto attributes = Attributes::parse(row.attributes).and_then([&](const Attributes& before) {
    return change.patch.attributes->applied_to(before);
  });
  if (const auto user = user_of(row)) {
    auto after = patched(*user, change.patch, change.precondition, change.expected, at_);
    if (!after) return decide(std::move(after.error()));
  } else if (!attributes) {
    return decide(invalid_row());
  }
  resolved_[index] = change.patch;
  resolved_[index]->attributes = AttributesPatch{std::move(*attributes), false};
}

}  // namespace rollcall::db
