// Expected failures, as values.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace rollcall {

/// What went wrong.
enum class ErrorCode {
  user_not_found,        // no such user
  email_taken,           // another user has this e-mail, ignoring ASCII case
  username_taken,        // another user has this username, ignoring ASCII case
  external_id_taken,     // another user has this external id
  precondition_failed,   // the row does not satisfy it
  validation_failed,     // the change gives a field that the user does not have so
  idempotency_mismatch,  // the key belongs to another request
  changes_expired,       // the log no longer has, or does not know, the changes behind the cursor
  internal,              // a bug, or a stored row that is invalid
  storage_unavailable,   // the database can't be used; the request was not applied
  user_locked,           // another program has locked the user or a unique value; not applied
  outcome_unknown,       // a write that may or may not have been applied
  deadline_exceeded,     // not done in time, and not applied
};

/// A field of a user whose value in a change is wrong.
struct FieldError {
  std::string_view field;  // its name, a static text
  std::string detail;      // what is wrong, for the client

  bool operator==(const FieldError&) const = default;
};

/// An expected failure. `detail` is shown to clients and by /ready: it never contains SQL, file
/// paths or the text of an exception.
struct Error {
  ErrorCode code;
  std::string detail;
  std::optional<std::int64_t> version{};  // the user's, if the failure is about it
  std::vector<FieldError> fields{};       // the wrong fields of the change

  bool operator==(const Error&) const = default;
};

}  // namespace rollcall
