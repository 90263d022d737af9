// The errors that clients get, with their usual texts.
#pragma once

#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "domain/error.hpp"
#include "domain/time.hpp"

namespace rollcall {

inline Error user_not_found() { return {ErrorCode::user_not_found, "There is no such user."}; }

inline Error email_taken() {
  return {ErrorCode::email_taken,
          "Another user has this e-mail.",
          std::nullopt,
          {{"email", "is the e-mail of another user"}}};
}

inline Error username_taken() {
  return {ErrorCode::username_taken,
          "Another user has this username.",
          std::nullopt,
          {{"username", "is the username of another user"}}};
}

inline Error external_id_taken() {
  return {ErrorCode::external_id_taken,
          "Another user has this external id.",
          std::nullopt,
          {{"external_id", "is the external id of another user"}}};
}

/// `version` and `updated_at`: those that the user has.
inline Error precondition_failed(std::int64_t version, Timestamp updated_at) {
  return {ErrorCode::precondition_failed,
          "The user is at version " + std::to_string(version) + ", changed at " +
              to_rfc3339(updated_at) + ".",
          version};
}

/// `fields`: those that differ from the user's; `version`: that of the user.
inline Error validation_failed(std::vector<FieldError> fields, std::int64_t version) {
  auto detail =
      fields.size() == 1 ? "1 field is wrong" : std::to_string(fields.size()) + " fields are wrong";
  return {ErrorCode::validation_failed, std::move(detail), version, std::move(fields)};
}

inline Error idempotency_mismatch() {
  return {ErrorCode::idempotency_mismatch,
          "This idempotency key belongs to another request, which was answered."};
}

/// `newest`: where the log ends.
inline Error changes_expired(std::int64_t newest) {
  return {ErrorCode::changes_expired,
          "These changes are no longer kept. Read all users anew, and then the changes after " +
              std::to_string(newest) + "."};
}

/// As after a database was restored from a backup: changes that the client has seen are lost.
inline Error changes_unknown(std::int64_t newest) {
  return {ErrorCode::changes_expired,
          "The log ends before this change. Read all users anew, and then the changes after " +
              std::to_string(newest) + "."};
}

inline Error user_locked() {
  return {
      ErrorCode::user_locked,
      "Another program has locked the user, or a new value that must be unique, in the database; "
      "or another request with the same idempotency key is under way."};
}

inline Error storage_unavailable() {
  return {ErrorCode::storage_unavailable, "The database can't be used at the moment."};
}

inline Error deadline_exceeded() {
  return {ErrorCode::deadline_exceeded, "The request was not done in time, and was not applied."};
}

inline Error outcome_unknown() {
  return {ErrorCode::outcome_unknown,
          "The write may or may not have been applied; read before repeating it."};
}

/// A request beyond the limits of the stores; the program never sends one.
inline Error too_large() {
  return {ErrorCode::internal, "The request is larger than the store allows."};
}

/// A row that another program wrote and that breaks the rules of domain/.
inline Error invalid_row() { return {ErrorCode::internal, "A stored user can't be read."}; }

}  // namespace rollcall
