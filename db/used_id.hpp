// An id that must not be given again.
#pragma once

#include "domain/user.hpp"

namespace rollcall::db {

/// Exported and imported with the users, so that no database gives such an id again.
struct UsedId {
  UserId id;
  bool deleted;  // true: of a deleted user; false: the largest id ever given, which a user may have

  bool operator==(const UsedId&) const = default;
};

}  // namespace rollcall::db
