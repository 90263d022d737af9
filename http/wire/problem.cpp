#include "http/wire/problem.hpp"

#include <array>
#include <cstddef>
#include <cstdlib>

#include "http/wire/etag.hpp"
#include "http/wire/json_text.hpp"
#include "http/wire/text.hpp"

namespace rollcall::http {

namespace {

struct Row {
  ProblemType type;
  ProblemKind kind;
};

// In the order of ProblemType.
constexpr std::array<Row, every_problem_type.size()> table{{
    {ProblemType::bad_request,
     {400, "bad-request", "Bad request",
      "The message breaks HTTP/1.1 (RFC 9112): its request line, a field, the length of its "
      "body or a chunk. The detail says where. The connection is closed."}},
    {ProblemType::invalid_id,
     {400, "invalid-id", "Invalid user id",
      "The id in the path is not a decimal number from 1 to 9223372036854775807 without "
      "leading zeros."}},
    {ProblemType::invalid_parameter,
     {400, "invalid-parameter", "Invalid parameter",
      "A query parameter or the value of a header field is unknown, given twice, malformed "
      "or out of range; the detail or `errors` names it."}},
    {ProblemType::malformed_json,
     {400, "malformed-json", "Malformed JSON",
      "The body is not a JSON object in UTF-8, has a key twice, or is nested more than 32 "
      "deep."}},
    {ProblemType::forbidden,
     {403, "forbidden", "Forbidden",
      "A web page of another origin sent a request that would change something."}},
    {ProblemType::not_found, {404, "not-found", "Not found", "There is nothing at this path."}},
    {ProblemType::user_not_found,
     {404, "user-not-found", "User not found",
      "There is no such user: the id was never given, or the user was deleted."}},
    {ProblemType::method_not_allowed,
     {405, "method-not-allowed", "Method not allowed",
      "The path exists, the method does not fit it; Allow lists those that do."}},
    {ProblemType::request_timeout,
     {408, "request-timeout", "Request timeout",
      "The head of the request did not arrive within http.head_timeout_s, or its body "
      "within "
      "http.request_timeout_ms. The connection is closed."}},
    {ProblemType::email_taken,
     {409, "email-taken", "E-mail taken",
      "Another user has this e-mail address; upper and lower case of ASCII letters are the "
      "same. Nothing was changed."}},
    {ProblemType::username_taken,
     {409, "username-taken", "Username taken",
      "Another user has this username; upper and lower case of ASCII letters are the same. Nothing "
      "was changed."}},
    {ProblemType::external_id_taken,
     {409, "external-id-taken", "External id taken",
      "Another user has this external id. Nothing was changed."}},
    {ProblemType::changes_expired,
     {410, "changes-expired", "Changes expired",
      "Changes after this one are no longer kept (changes.keep_days), or the log does not know it: "
      "the detail says after which change to go on once all users were read anew."}},
    {ProblemType::precondition_failed,
     {412, "precondition-failed", "Precondition failed",
      "The user's version does not satisfy If-Match or If-None-Match, or the user was changed in "
      "the second of If-Unmodified-Since or later. Nothing was changed; read the user again and "
      "decide anew."}},
    {ProblemType::content_too_large,
     {413, "content-too-large", "Content too large",
      "The body is longer than http.max_body_bytes. The connection is closed."}},
    {ProblemType::uri_too_long,
     {414, "uri-too-long", "URI too long",
      "The target is longer than http.max_target_bytes. The connection is closed."}},
    {ProblemType::unsupported_media_type,
     {415, "unsupported-media-type", "Unsupported media type",
      "The body is of a type or a coding that this route does not read; Accept lists those "
      "that it does."}},
    {ProblemType::misdirected_request,
     {421, "misdirected-request", "Misdirected request",
      "The request is addressed to a host that is not served here. http.allowed_hosts lists "
      "the names by which clients may address this server, beside those of loopback."}},
    {ProblemType::validation_failed,
     {422, "validation-failed", "Validation failed",
      "The body is JSON, but fields of it are wrong; `errors` names them, up to 32."}},
    {ProblemType::idempotency_mismatch,
     {422, "idempotency-mismatch", "Idempotency mismatch",
      "The Idempotency-Key belongs to another request, which was answered: with another method, "
      "target, media type, preference or body. Nothing was changed; a new request needs a new "
      "key."}},
    {ProblemType::header_fields_too_large,
     {431, "header-fields-too-large", "Header fields too large",
      "A header field is longer than http.max_field_bytes, there are more than "
      "http.max_fields, or the head is longer than http.max_head_bytes. The connection is "
      "closed."}},
    {ProblemType::internal,
     {500, "internal", "Internal error",
      "A bug in Rollcall. The log has more under the trace id."}},
    {ProblemType::not_implemented,
     {501, "not-implemented", "Not implemented",
      "The method is none of GET, HEAD, POST, PUT, PATCH, DELETE and OPTIONS, or the body "
      "is "
      "in another transfer coding than chunked. The connection is closed."}},
    {ProblemType::overloaded,
     {503, "overloaded", "Overloaded",
      "Too many requests are under way, or too much is buffered for clients that do not read. "
      "This one was not applied; try again later."}},
    {ProblemType::storage_unavailable,
     {503, "storage-unavailable", "Storage unavailable",
      "The database or the part that asks it can't be used at the moment. The request was "
      "not applied; try again later."}},
    {ProblemType::user_locked,
     {503, "user-locked", "User locked",
      "Another program keeps the user, or a unique value that it was to get, locked in the "
      "database; or another request with the same Idempotency-Key is under way. The request was "
      "not applied; try again later."}},
    {ProblemType::shutting_down,
     {503, "shutting-down", "Shutting down",
      "The daemon is stopping. The request was not applied; try again later."}},
    {ProblemType::outcome_unknown,
     {503, "outcome-unknown", "Outcome unknown",
      "The write was under way when its outcome was lost: it may or may not have been "
      "applied. Read before repeating it; with an Idempotency-Key, repeat it."}},
    {ProblemType::deadline_exceeded,
     {504, "deadline-exceeded", "Deadline exceeded",
      "The request was not done in time, and was not applied."}},
    {ProblemType::version_not_supported,
     {505, "version-not-supported", "HTTP version not supported",
      "The request is not of HTTP/1.1 or HTTP/1.0. The connection is closed."}},
}};

constexpr bool is_in_order() {
  for (std::size_t i = 0; i < table.size(); ++i) {
    if (table[i].type != static_cast<ProblemType>(i)) return false;
  }
  return true;
}
static_assert(is_in_order());

ProblemType type_of(ErrorCode code) {
  switch (code) {  // no default: a new code does not compile until it is listed here
    case ErrorCode::user_not_found:
      return ProblemType::user_not_found;
    case ErrorCode::email_taken:
      return ProblemType::email_taken;
    case ErrorCode::username_taken:
      return ProblemType::username_taken;
    case ErrorCode::external_id_taken:
      return ProblemType::external_id_taken;
    case ErrorCode::precondition_failed:
      return ProblemType::precondition_failed;
    case ErrorCode::validation_failed:
      return ProblemType::validation_failed;
    case ErrorCode::idempotency_mismatch:
      return ProblemType::idempotency_mismatch;
    case ErrorCode::changes_expired:
      return ProblemType::changes_expired;
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

Problem::Problem(Error error)
    : type(type_of(error.code)), detail(std::move(error.detail)), version(error.version) {
  for (auto& field : error.fields) {
    // No field's name has a character that a pointer escapes.
    fields.push_back({"/" + std::string(field.field), std::move(field.detail)});
  }
}

ProblemKind describe(ProblemType type) { return table[static_cast<std::size_t>(type)].kind; }

std::optional<ProblemType> type_of_slug(std::string_view slug) {
  for (auto type : every_problem_type) {
    if (describe(type).slug == slug) return type;
  }
  return std::nullopt;
}

std::string address_of(ProblemType type, Links links) {
  return links.to(std::string("/problems/").append(describe(type).slug));
}

namespace {

bool may_be_repeated(ProblemType type) {
  return type == ProblemType::overloaded || type == ProblemType::storage_unavailable ||
         type == ProblemType::user_locked || type == ProblemType::shutting_down;
}

void append_errors(std::string& out, const Problem& problem) {
  const bool of_query = problem.type == ProblemType::invalid_parameter;
  const std::string_view begin = of_query ? "{\"parameter\":\"" : "{\"pointer\":\"";
  out.append(",\"errors\":[");
  for (const auto& field : problem.fields) {
    if (&field != &problem.fields.front()) out.push_back(',');
    append(out, {begin, JsonText(field.place).view(), "\",\"detail\":\"",
                 JsonText(field.detail).view(), "\"}"});
  }
  out.push_back(']');
}

}  // namespace

Response problem_response(const Problem& problem, std::string_view instance,
                          std::string_view trace_id, Links links, std::string_view members) {
  auto kind = describe(problem.type);
  Response response{kind.status, problem_type};
  auto& out = response.body;
  const auto detail = problem.detail.empty() ? kind.when : std::string_view(problem.detail);
  append(out, {"{\"type\":\"", address_of(problem.type, links), "\",\"title\":\"", kind.title,
               "\",\"status\":", Decimal(kind.status).view(), ",\"detail\":\"",
               JsonText(detail).view(), "\""});
  if (!instance.empty()) append(out, {",\"instance\":\"", JsonText(instance).view(), "\""});
  if (!trace_id.empty()) append(out, {",\"trace_id\":\"", JsonText(trace_id).view(), "\""});
  if (!problem.fields.empty()) append_errors(out, problem);
  if (members.empty()) {
    out.push_back('}');
  } else {
    out.append(",").append(members.substr(1));
  }
  response.add("Cache-Control", "no-store");
  if (problem.version) response.add("ETag", etag_of(*problem.version));
  if (may_be_repeated(problem.type)) {
    response.add("Retry-After", Decimal(problem.retry_after.count()).view());
  }
  return response;
}

}  // namespace rollcall::http
