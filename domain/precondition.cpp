#include "domain/precondition.hpp"

#include <algorithm>

namespace rollcall {

bool VersionSet::contains(std::int64_t version) const {
  return any || std::find(versions.begin(), versions.end(), version) != versions.end();
}

bool Precondition::holds(std::int64_t version, Timestamp updated_at) const {
  if (if_match && !if_match->contains(version)) return false;
  if (if_unmodified_since && !if_unmodified_since->covers(updated_at)) return false;
  return !if_none_match || !if_none_match->contains(version);
}

}  // namespace rollcall
