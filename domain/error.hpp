// Expected failures, as values.
#pragma once

#include <string>

namespace rollcall {

/// What went wrong.
enum class ErrorCode {
  user_not_found,       // no such user
  email_taken,          // another user has this e-mail, ignoring ASCII case
  precondition_failed,  // the row does not satisfy it
  internal,             // a bug, or a stored row that is invalid
  storage_unavailable,  // the database can't be used; the request was not applied
  user_locked,          // another program has locked the user or the e-mail; not applied
  outcome_unknown,      // a write that may or may not have been applied
  deadline_exceeded,    // not done in time, and not applied
};

/// An expected failure. `detail` is shown to clients and by /ready: it never contains SQL, file
/// paths or the text of an exception.
struct Error {
  ErrorCode code;
  std::string detail;

  bool operator==(const Error&) const = default;
};

}  // namespace rollcall
