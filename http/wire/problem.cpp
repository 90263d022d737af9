#include "http/wire/problem.hpp"

#include <cstdlib>

#include "http/wire/json_text.hpp"
#include "http/wire/text.hpp"

namespace rollcall::http {

namespace {

// When it happens, and what to do about it.
std::string_view explain(ProblemType type) {
  switch (type) {
    case ProblemType::bad_request:
      return "The message breaks HTTP/1.1 (RFC 9112): its request line, a field, the length of its "
             "body or a chunk. The detail says where. The connection is closed.";
    case ProblemType::invalid_id:
      return "The id in the path is not a decimal number from 1 to 9223372036854775807 without "
             "leading zeros.";
    case ProblemType::invalid_parameter:
      return "A query parameter or the value of a header field is unknown, given twice, malformed "
             "or out of range; the detail names it.";
    case ProblemType::malformed_json:
      return "The body is not a JSON object in UTF-8, has a key twice, or is nested more than 32 "
             "deep.";
    case ProblemType::forbidden:
      return "A web page of another origin sent a request that would change something.";
    case ProblemType::not_found:
      return "There is nothing at this path.";
    case ProblemType::user_not_found:
      return "There is no such user: the id was never given, or the user was deleted.";
    case ProblemType::method_not_allowed:
      return "The path exists, the method does not fit it; Allow lists those that do.";
    case ProblemType::request_timeout:
      return "The head of the request did not arrive within http.head_timeout_s, or its body "
             "within "
             "http.request_timeout_ms. The connection is closed.";
    case ProblemType::email_taken:
      return "Another user has this e-mail address; upper and lower case of ASCII letters are the "
             "same. Nothing was changed.";
    case ProblemType::precondition_failed:
      return "The user's version does not satisfy If-Match or If-None-Match. Nothing was changed; "
             "read the user again and decide anew.";
    case ProblemType::content_too_large:
      return "The body is longer than http.max_body_bytes. The connection is closed.";
    case ProblemType::uri_too_long:
      return "The target is longer than http.max_target_bytes. The connection is closed.";
    case ProblemType::unsupported_media_type:
      return "The body is of a type or a coding that this route does not read; Accept lists those "
             "that it does.";
    case ProblemType::misdirected_request:
      return "The request is addressed to a host that is not served here. http.allowed_hosts lists "
             "the names by which clients may address this server, beside those of loopback.";
    case ProblemType::validation_failed:
      return "The body is JSON, but fields of it are wrong; `errors` names every one.";
    case ProblemType::header_fields_too_large:
      return "A header field is longer than http.max_field_bytes, there are more than "
             "http.max_fields, or the head is longer than http.max_head_bytes. The connection is "
             "closed.";
    case ProblemType::internal:
      return "A bug in Rollcall. The log has more under the trace id.";
    case ProblemType::not_implemented:
      return "The method is none of GET, HEAD, POST, PUT, PATCH, DELETE and OPTIONS, or the body "
             "is "
             "in another transfer coding than chunked. The connection is closed.";
    case ProblemType::overloaded:
      return "Too many requests are under way. This one was not applied; try again later.";
    case ProblemType::storage_unavailable:
      return "The database or the part that asks it can't be used at the moment. The request was "
             "not applied; try again later.";
    case ProblemType::user_locked:
      return "Another program keeps the user, or the e-mail that it was to get, locked in the "
             "database. The request was not applied; try again later.";
    case ProblemType::shutting_down:
      return "The daemon is stopping. The request was not applied; try again later.";
    case ProblemType::outcome_unknown:
      return "The write was under way when its outcome was lost: it may or may not have been "
             "applied. Read before repeating it.";
    case ProblemType::deadline_exceeded:
      return "The request was not done in time, and was not applied.";
    case ProblemType::version_not_supported:
      return "The request is not of HTTP/1.1 or HTTP/1.0. The connection is closed.";
  }
  std::abort();  // not a ProblemType
}

ProblemType type_of(ErrorCode code) {
  switch (code) {  // no default: a new code does not compile until it is listed here
    case ErrorCode::user_not_found:
      return ProblemType::user_not_found;
    case ErrorCode::email_taken:
      return ProblemType::email_taken;
    case ErrorCode::precondition_failed:
      return ProblemType::precondition_failed;
    case ErrorCode::internal:
      return ProblemType::internal;
    case ErrorCode::storage_unavailable:
      return ProblemType::storage_unavailable;
    case ErrorCode::user_locked:
      return ProblemType::user_locked;
    case ErrorCode::outcome_unknown:
      return ProblemType::outcome_unknown;
    case ErrorCode::deadline_exceeded:
      return ProblemType::deadline_exceeded;
  }
  std::abort();  // not an ErrorCode
}

}  // namespace

Problem::Problem(Error error) : Problem(type_of(error.code), std::move(error.detail)) {}

ProblemKind describe(ProblemType type) {
  auto when = explain(type);
  switch (type) {  // no default: a new type does not compile until it is listed here
    case ProblemType::bad_request:
      return {400, "bad-request", "Bad request", when};
    case ProblemType::invalid_id:
      return {400, "invalid-id", "Invalid user id", when};
    case ProblemType::invalid_parameter:
      return {400, "invalid-parameter", "Invalid parameter", when};
    case ProblemType::malformed_json:
      return {400, "malformed-json", "Malformed JSON", when};
    case ProblemType::forbidden:
      return {403, "forbidden", "Forbidden", when};
    case ProblemType::not_found:
      return {404, "not-found", "Not found", when};
    case ProblemType::user_not_found:
      return {404, "user-not-found", "User not found", when};
    case ProblemType::method_not_allowed:
      return {405, "method-not-allowed", "Method not allowed", when};
    case ProblemType::request_timeout:
      return {408, "request-timeout", "Request timeout", when};
    case ProblemType::email_taken:
      return {409, "email-taken", "E-mail taken", when};
    case ProblemType::precondition_failed:
      return {412, "precondition-failed", "Precondition failed", when};
    case ProblemType::content_too_large:
      return {413, "content-too-large", "Content too large", when};
    case ProblemType::uri_too_long:
      return {414, "uri-too-long", "URI too long", when};
    case ProblemType::unsupported_media_type:
      return {415, "unsupported-media-type", "Unsupported media type", when};
    case ProblemType::misdirected_request:
      return {421, "misdirected-request", "Misdirected request", when};
    case ProblemType::validation_failed:
      return {422, "validation-failed", "Validation failed", when};
    case ProblemType::header_fields_too_large:
      return {431, "header-fields-too-large", "Header fields too large", when};
    case ProblemType::internal:
      return {500, "internal", "Internal error", when};
    case ProblemType::not_implemented:
      return {501, "not-implemented", "Not implemented", when};
    case ProblemType::overloaded:
      return {503, "overloaded", "Overloaded", when};
    case ProblemType::storage_unavailable:
      return {503, "storage-unavailable", "Storage unavailable", when};
    case ProblemType::user_locked:
      return {503, "user-locked", "User locked", when};
    case ProblemType::shutting_down:
      return {503, "shutting-down", "Shutting down", when};
    case ProblemType::outcome_unknown:
      return {503, "outcome-unknown", "Outcome unknown", when};
    case ProblemType::deadline_exceeded:
      return {504, "deadline-exceeded", "Deadline exceeded", when};
    case ProblemType::version_not_supported:
      return {505, "version-not-supported", "HTTP version not supported", when};
  }
  std::abort();
}

std::optional<ProblemType> type_of_slug(std::string_view slug) {
  for (auto type : every_problem_type) {
    if (describe(type).slug == slug) return type;
  }
  return std::nullopt;
}

namespace {

bool may_be_repeated(ProblemType type) {
  return type == ProblemType::overloaded || type == ProblemType::storage_unavailable ||
         type == ProblemType::user_locked || type == ProblemType::shutting_down;
}

void append_fields(std::string& out, const std::vector<InvalidField>& fields) {
  out.append(",\"errors\":[");
  for (const auto& field : fields) {
    if (&field != &fields.front()) out.push_back(',');
    append(out, {"{\"pointer\":\"", JsonText(field.pointer).view(), "\",\"detail\":\"",
                 JsonText(field.detail).view(), "\"}"});
  }
  out.push_back(']');
}

}  // namespace

Response problem_response(const Problem& problem, std::string_view instance,
                          std::string_view trace_id, std::string_view members) {
  auto kind = describe(problem.type);
  Response response{kind.status, problem_type};
  auto& out = response.body;
  const auto detail = problem.detail.empty() ? kind.when : std::string_view(problem.detail);
  append(out, {"{\"type\":\"/problems/", kind.slug, "\",\"title\":\"", kind.title,
               "\",\"status\":", Decimal(kind.status).view(), ",\"detail\":\"",
               JsonText(detail).view(), "\",\"instance\":\"", JsonText(instance).view(),
               "\",\"trace_id\":\"", JsonText(trace_id).view(), "\""});
  if (!problem.fields.empty()) append_fields(out, problem.fields);
  if (members.empty()) {
    out.push_back('}');
  } else {
    out.append(",").append(members.substr(1));
  }
  response.add("Cache-Control", "no-store");
  if (may_be_repeated(problem.type)) response.add("Retry-After", "1");
  return response;
}

}  // namespace rollcall::http
