#include "domain/change.hpp"

#include <algorithm>
#include <type_traits>

namespace rollcall {

bool VersionSet::contains(std::int64_t version) const {
  return any || std::find(versions.begin(), versions.end(), version) != versions.end();
}

bool Precondition::holds(std::int64_t version) const {
  if (if_match && !if_match->contains(version)) return false;
  return !if_none_match || !if_none_match->contains(version);
}

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

}  // namespace rollcall
