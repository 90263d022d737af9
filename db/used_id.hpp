// An id that no user has and that must not be given again.
#pragma once

#include "domain/user.hpp"

namespace rollcall::db {

/// What a directory passes on with its users when it is moved to another database.
struct UsedId {
  UserId id;
  bool deleted;  // a user had it; else it is the largest id ever given, which may have a user

  bool operator==(const UsedId&) const = default;
};

}  // namespace rollcall::db
