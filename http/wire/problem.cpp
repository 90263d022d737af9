#include "http/wire/problem.hpp"

#include <cstdlib>

#include "http/wire/json_text.hpp"
#include "http/wire/text.hpp"

namespace rollcall::http {

namespace {

// When it happens, and what to do about it.
std::string_view explain(ErrorCode code) {
  switch (code) {
    case ErrorCode::bad_request:
      return "The message breaks HTTP/1.1 (RFC 9112): no Host or two of them, a version above 1.1, "
             "white space in a field name. The connection is closed.";
    case ErrorCode::invalid_id:
      return "The id in the path is not a decimal number from 1 to 9223372036854775807 without "
             "leading zeros.";
    case ErrorCode::invalid_parameter:
      return "A query parameter or the value of a header field is unknown, given twice, malformed "
             "or out of range; the detail names it.";
    case ErrorCode::malformed_json:
      return "The body is not a JSON object in UTF-8, has a key twice, or is nested more than 32 "
             "deep.";
    case ErrorCode::not_found:
      return "There is nothing at this path.";
    case ErrorCode::user_not_found:
      return "There is no user with this id, or no longer.";
    case ErrorCode::method_not_allowed:
      return "The path exists, the method does not fit it; Allow lists those that do.";
    case ErrorCode::email_taken:
      return "Another user has this e-mail address; upper and lower case of ASCII letters are the "
             "same. Nothing was changed.";
    case ErrorCode::precondition_failed:
      return "The user's version does not satisfy If-Match or If-None-Match. Nothing was changed; "
             "read the user again and decide anew.";
    case ErrorCode::content_too_large:
      return "The body is longer than http.max_body_bytes. The connection is closed.";
    case ErrorCode::uri_too_long:
      return "The target is longer than http.max_target_bytes. The connection is closed.";
    case ErrorCode::unsupported_media_type:
      return "The body is of a type or a coding that this route does not read; Accept lists those "
             "that it does.";
    case ErrorCode::validation_failed:
      return "The body is JSON, but fields of it are wrong; `errors` names every one.";
    case ErrorCode::header_fields_too_large:
      return "A header field is longer than http.max_field_bytes, or there are more than "
             "http.max_fields. The connection is closed.";
    case ErrorCode::internal:
      return "A bug in Rollcall. The log has more under the trace id.";
    case ErrorCode::overloaded:
      return "Too many requests are under way. This one was not applied; try again later.";
    case ErrorCode::storage_unavailable:
      return "The database or the part that asks it can't be used at the moment. The request was "
             "not applied; try again later.";
    case ErrorCode::user_locked:
      return "Another program keeps the user, or the e-mail that it was to get, locked in the "
             "database. The request was not applied; try again later.";
    case ErrorCode::shutting_down:
      return "The daemon is stopping. The request was not applied; try again later.";
    case ErrorCode::outcome_unknown:
      return "The write was under way when its outcome was lost: it may or may not have been "
             "applied. Read before repeating it.";
    case ErrorCode::deadline_exceeded:
      return "The request was not done in time, and was not applied.";
  }
  std::abort();  // not an ErrorCode
}

}  // namespace

ProblemKind describe(ErrorCode code) {
  auto when = explain(code);
  switch (code) {  // no default: a new code does not compile until it is told here
    case ErrorCode::bad_request:
      return {400, "bad-request", "Bad request", when};
    case ErrorCode::invalid_id:
      return {400, "invalid-id", "Invalid user id", when};
    case ErrorCode::invalid_parameter:
      return {400, "invalid-parameter", "Invalid parameter", when};
    case ErrorCode::malformed_json:
      return {400, "malformed-json", "Malformed JSON", when};
    case ErrorCode::not_found:
      return {404, "not-found", "Not found", when};
    case ErrorCode::user_not_found:
      return {404, "user-not-found", "User not found", when};
    case ErrorCode::method_not_allowed:
      return {405, "method-not-allowed", "Method not allowed", when};
    case ErrorCode::email_taken:
      return {409, "email-taken", "E-mail taken", when};
    case ErrorCode::precondition_failed:
      return {412, "precondition-failed", "Precondition failed", when};
    case ErrorCode::content_too_large:
      return {413, "content-too-large", "Content too large", when};
    case ErrorCode::uri_too_long:
      return {414, "uri-too-long", "URI too long", when};
    case ErrorCode::unsupported_media_type:
      return {415, "unsupported-media-type", "Unsupported media type", when};
    case ErrorCode::validation_failed:
      return {422, "validation-failed", "Validation failed", when};
    case ErrorCode::header_fields_too_large:
      return {431, "header-fields-too-large", "Header fields too large", when};
    case ErrorCode::internal:
      return {500, "internal", "Internal error", when};
    case ErrorCode::overloaded:
      return {503, "overloaded", "Overloaded", when};
    case ErrorCode::storage_unavailable:
      return {503, "storage-unavailable", "Storage unavailable", when};
    case ErrorCode::user_locked:
      return {503, "user-locked", "User locked", when};
    case ErrorCode::shutting_down:
      return {503, "shutting-down", "Shutting down", when};
    case ErrorCode::outcome_unknown:
      return {503, "outcome-unknown", "Outcome unknown", when};
    case ErrorCode::deadline_exceeded:
      return {504, "deadline-exceeded", "Deadline exceeded", when};
  }
  std::abort();
}

std::optional<ErrorCode> code_of_slug(std::string_view slug) {
  for (auto code : every_error_code) {
    if (describe(code).slug == slug) return code;
  }
  return std::nullopt;
}

namespace {

bool may_be_repeated(ErrorCode code) {
  return code == ErrorCode::overloaded || code == ErrorCode::storage_unavailable ||
         code == ErrorCode::user_locked || code == ErrorCode::shutting_down;
}

void append_faults(std::string& out, const std::vector<FieldFault>& faults) {
  out.append(",\"errors\":[");
  for (const auto& fault : faults) {
    if (&fault != &faults.front()) out.push_back(',');
    append(out, {"{\"pointer\":\"", JsonText(fault.pointer).view(), "\",\"detail\":\"",
                 JsonText(fault.detail).view(), "\"}"});
  }
  out.push_back(']');
}

}  // namespace

Response problem_response(const Error& error, std::string_view instance, std::string_view trace_id,
                          std::string_view members) {
  auto kind = describe(error.code);
  Response response{kind.status, problem_type};
  auto& out = response.body;
  const auto detail = error.detail.empty() ? kind.when : std::string_view(error.detail);
  append(out, {"{\"type\":\"/problems/", kind.slug, "\",\"title\":\"", kind.title,
               "\",\"status\":", Decimal(kind.status).view(), ",\"detail\":\"",
               JsonText(detail).view(), "\",\"instance\":\"", JsonText(instance).view(),
               "\",\"trace_id\":\"", JsonText(trace_id).view(), "\""});
  if (!error.faults.empty()) append_faults(out, error.faults);
  out.append(members).append("}");
  response.add("Cache-Control", "no-store");
  if (may_be_repeated(error.code)) response.add("Retry-After", "1");
  return response;
}

}  // namespace rollcall::http
