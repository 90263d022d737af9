// How each error looks over HTTP: one table for the status, the problem document (RFC 9457) and
// the page that explains it.
#pragma once

#include <array>
#include <optional>
#include <string>
#include <string_view>

#include "domain/error.hpp"
#include "http/wire/response.hpp"

namespace rollcall::http {

struct ProblemKind {
  int status;
  std::string_view slug;   // the last segment of `type`, /problems/<slug>
  std::string_view title;  // the same for every occurrence
  std::string_view when;   // when it happens, and what to do about it
};

/// The only mapping from errors to HTTP.
ProblemKind describe(ErrorCode code);

inline constexpr std::array every_error_code{
    ErrorCode::bad_request,
    ErrorCode::invalid_id,
    ErrorCode::invalid_parameter,
    ErrorCode::malformed_json,
    ErrorCode::not_found,
    ErrorCode::user_not_found,
    ErrorCode::method_not_allowed,
    ErrorCode::email_taken,
    ErrorCode::precondition_failed,
    ErrorCode::content_too_large,
    ErrorCode::uri_too_long,
    ErrorCode::unsupported_media_type,
    ErrorCode::validation_failed,
    ErrorCode::header_fields_too_large,
    ErrorCode::internal,
    ErrorCode::overloaded,
    ErrorCode::storage_unavailable,
    ErrorCode::user_locked,
    ErrorCode::shutting_down,
    ErrorCode::outcome_unknown,
    ErrorCode::deadline_exceeded,
};
static_assert(every_error_code.size() ==
              static_cast<std::size_t>(ErrorCode::deadline_exceeded) + 1);

/// Nothing where no error has this slug.
std::optional<ErrorCode> code_of_slug(std::string_view slug);

/// The problem document as a response: never stored by caches, `Retry-After` where repeating is
/// safe and may help. `members` are further members of the document, as text that starts with a
/// comma.
Response problem_response(const Error& error, std::string_view instance, std::string_view trace_id,
                          std::string_view members = {});

}  // namespace rollcall::http
