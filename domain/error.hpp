// Everything that can go wrong in answering a request, as values. How each looks over HTTP is
// decided in one switch in http/wire/problem.cpp.
#pragma once

#include <string>
#include <utility>
#include <vector>

namespace rollcall {

/// What went wrong. Each has one slug and one HTTP status.
enum class ErrorCode {
  bad_request,              // the message breaks RFC 9112 in a way that a handler can see
  invalid_id,               // the path's id is not a decimal number in 1..2^63-1
  invalid_parameter,        // an unknown or malformed query parameter or header value
  malformed_json,           // the body is no JSON object, has a key twice or is nested too deep
  not_found,                // no such route
  user_not_found,           // no such user
  method_not_allowed,       // the route exists, with other methods
  email_taken,              // another user has this e-mail, ignoring ASCII case
  precondition_failed,      // If-Match or If-None-Match does not hold
  content_too_large,        // the body is over http.max_body_bytes
  uri_too_long,             // the target is over http.max_target_bytes
  unsupported_media_type,   // the body is of a type that this route does not read
  validation_failed,        // the body is JSON with wrong fields; Error::faults names every one
  header_fields_too_large,  // a field or their number is over its limit
  internal,                 // a bug
  overloaded,               // in flight is full
  storage_unavailable,      // the database can't be used; the request was not applied
  user_locked,              // another program holds the user or the e-mail; not applied
  shutting_down,            // the daemon is stopping
  outcome_unknown,          // a write that may or may not have been applied
  deadline_exceeded,        // not done in time, and not applied
};

/// One wrong field of a body.
struct FieldFault {
  std::string pointer;  // RFC 6901, for instance "/email"
  std::string detail;   // what is wrong and what is allowed, for the client

  bool operator==(const FieldFault&) const = default;
};

/// A failure that was expected to be possible. `detail` is for the client: it never holds SQL,
/// paths of files or the text of an exception.
struct Error {
  ErrorCode code;
  std::string detail;
  std::vector<FieldFault> faults{};

  bool operator==(const Error&) const = default;
};

}  // namespace rollcall
