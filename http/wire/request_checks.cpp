#include "http/wire/request_checks.hpp"

#include <string>

namespace rollcall::http {

namespace {

Problem bad(std::string detail) { return {ProblemType::bad_request, std::move(detail)}; }

std::optional<Problem> refuse_version(const Request& request) {
  if (request.major == 1 && (request.minor == 0 || request.minor == 1)) return std::nullopt;
  return bad("HTTP/" + std::to_string(request.major) + "." + std::to_string(request.minor) +
             " is not spoken here; HTTP/1.1 and HTTP/1.0 are");
}

std::optional<Problem> refuse_fields(const Request& request, const RequestLimits& limits) {
  if (request.fields.size() > limits.max_fields) {
    return Problem{ProblemType::header_fields_too_large,
                   "at most " + std::to_string(limits.max_fields) + " header fields are allowed"};
  }
  int hosts = 0;
  for (const auto& field : request.fields) {
    if (field.name.size() + field.value.size() > limits.max_field_bytes) {
      return Problem{ProblemType::header_fields_too_large,
                     "a header field may have at most " + std::to_string(limits.max_field_bytes) +
                         " bytes, name and value together"};
    }
    // White space before the colon hides a field from software that does not trim (RFC 9112 5.1).
    if (field.name.find_first_of(" \t") != std::string_view::npos) {
      return bad("white space in the name of a header field");
    }
    if (equal_ignoring_case(field.name, "host")) ++hosts;
  }
  if (hosts > 1) return bad("more than one Host");
  if (hosts == 0 && request.minor == 1) return bad("no Host");  // RFC 9112 3.2
  return std::nullopt;
}

}  // namespace

std::optional<Problem> refuse_message(const Request& request, const RequestLimits& limits) {
  if (auto error = refuse_version(request)) return error;
  if (request.target.size() > limits.max_target_bytes) {
    return Problem{
        ProblemType::uri_too_long,
        "a target may have at most " + std::to_string(limits.max_target_bytes) + " bytes"};
  }
  if (auto error = refuse_fields(request, limits)) return error;
  if (request.body.size() > limits.max_body_bytes) {
    return Problem{ProblemType::content_too_large,
                   "a body may have at most " + std::to_string(limits.max_body_bytes) + " bytes"};
  }
  return std::nullopt;
}

}  // namespace rollcall::http
