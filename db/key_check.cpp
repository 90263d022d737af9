#include "db/key_check.hpp"

#include <map>
#include <set>
#include <utility>

namespace rollcall::db {

namespace {

std::string_view name_of(UserKey::Field field) {
  return field == UserKey::Field::email ? "e-mail" : "username";
}

}  // namespace

tl::expected<std::vector<KeyFinding>, std::string> check_keys(KeyReader& reader) {
  std::map<std::pair<UserKey::Field, std::string>, std::set<std::int64_t>> stale;
  for (KeyReader::Page page{{}, 0, true}; page.more;) {
    auto next = reader.stale_after(page.last);
    if (!next) return tl::unexpected(std::move(next.error()));
    page = std::move(*next);
    for (StaleKey& one : page.stale) {
      stale[{one.key.field, std::move(one.key.value)}].insert(one.id);
    }
  }
  std::vector<KeyFinding> findings;
  for (auto& [which, ids] : stale) {
    UserKey key{which.first, which.second};
    const auto holder = reader.holder(key);
    if (!holder) return tl::unexpected(holder.error());
    if (*holder) ids.insert(**holder);
    findings.push_back({std::move(key), {ids.begin(), ids.end()}});
  }
  return findings;
}

std::string text_of(const KeyFinding& finding) {
  const std::string name(name_of(finding.key.field));
  if (finding.ids.size() == 1) {
    return "user " + std::to_string(finding.ids.front()) + " has an old key of the " + name + " " +
           finding.key.value + ": run `rollcall migrate`";
  }
  std::string ids;
  for (const std::int64_t id : finding.ids) ids += (ids.empty() ? "" : ", ") + std::to_string(id);
  return "users " + ids + " have the same " + name + ", " + finding.key.value +
         ": change or delete all but one of them, then run `rollcall migrate`";
}

}  // namespace rollcall::db
