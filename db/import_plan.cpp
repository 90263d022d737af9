#include "db/import_plan.hpp"

#include <algorithm>
#include <array>
#include <limits>
#include <unordered_set>

#include "db/user_keys.hpp"

namespace rollcall::db {

IdSupply all_above(std::int64_t last) {
  return {last,
          [](std::int64_t id) {
            const bool none_left = id == std::numeric_limits<std::int64_t>::max();
            return none_left ? std::nullopt : std::optional(id + 1);
          },
          [](std::int64_t) { return true; }};
}

IdSupply drawn(std::int64_t last, std::span<const std::int64_t> ids) {
  return {last,
          [ids](std::int64_t id) {
            const auto above = std::upper_bound(ids.begin(), ids.end(), id);
            return above == ids.end() ? std::nullopt : std::optional(*above);
          },
          [ids](std::int64_t id) { return std::binary_search(ids.begin(), ids.end(), id); }};
}

tl::expected<std::vector<Importer::Added>, std::string> plan_import(
    std::span<const ImportedUser> users, std::span<const std::optional<ImportRejection>> refused,
    const IdSupply& ids) {
  std::vector<Importer::Added> plan;
  plan.reserve(users.size());
  std::unordered_set<std::int64_t> seen_ids;
  std::array<std::unordered_set<std::string>, key_count> seen_keys;
  std::int64_t last = ids.last;
  const auto rejection_of = [&](const ImportedUser& user) -> std::optional<ImportRejection> {
    if (user.id) {
      const std::int64_t id = user.id->value();
      const bool given_meanwhile = id > ids.last && !ids.is_ours(id);
      if (seen_ids.contains(id) || given_meanwhile) return id_taken(*user.id);
    }
    const UserKeys keys(user.fields);
    for (std::size_t key = 0; key < key_count; ++key) {
      if (keys[key] && seen_keys[key].contains(*keys[key])) return key_taken(user.fields, key);
    }
    return std::nullopt;
  };
  for (std::size_t i = 0; i < users.size(); ++i) {
    const ImportedUser& user = users[i];
    if (auto rejection = refused[i] ? refused[i] : rejection_of(user)) {
      plan.emplace_back(tl::unexpected(std::move(*rejection)));
      continue;
    }
    const auto given = user.id ? std::optional(user.id->value()) : ids.next(last);
    const auto id = given ? UserId::from(*given) : std::nullopt;
    if (!id) return tl::unexpected<std::string>("no id is left above those that were given");
    last = std::max(last, *given);
    seen_ids.insert(*given);
    const UserKeys keys(user.fields);
    for (std::size_t key = 0; key < key_count; ++key) {
      if (keys[key]) seen_keys[key].insert(*keys[key]);
    }
    plan.emplace_back(*id);
  }
  return plan;
}

std::int64_t largest_id(std::span<const Importer::Added> plan, std::int64_t last) {
  for (const auto& added : plan) {
    if (added) last = std::max(last, added->value());
  }
  return last;
}

}  // namespace rollcall::db
