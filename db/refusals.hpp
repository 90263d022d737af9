// Why a change was not applied though the database is well, worded for the client.
#pragma once

#include <cstdint>
#include <string>

#include "domain/error.hpp"

namespace rollcall::db {

/// The version of a user that has just been created.
inline constexpr std::int64_t first_version = 1;

inline Error user_not_found() {
  return {ErrorCode::user_not_found, "There is no user with this id."};
}

inline Error precondition_failed(std::int64_t version) {
  return {ErrorCode::precondition_failed,
          "The user is at version " + std::to_string(version) + "."};
}

inline Error user_locked() {
  return {ErrorCode::user_locked,
          "Another program keeps the user, or its new e-mail, locked in the database."};
}

inline Error email_taken() { return {ErrorCode::email_taken, "Another user has this e-mail."}; }

}  // namespace rollcall::db
