// Entity tags and conditional requests (RFC 9110 8.8.3, 13.1). A user's tag is its version in
// quotes.
#pragma once

#include <cstdint>
#include <string>

#include <tl/expected.hpp>

#include "domain/precondition.hpp"
#include "http/wire/problem.hpp"
#include "http/wire/request.hpp"

namespace rollcall::http {

/// The strong tag of a version, with its quotes.
std::string etag_of(std::int64_t version);

/// If-Match and If-None-Match of a request; several lines of a field are one list. Tags that are
/// not of our form match nothing. If-Match compares strongly, so a weak tag matches nothing there;
/// If-None-Match compares weakly. A malformed list is an invalid_parameter that names the field.
tl::expected<Precondition, Problem> parse_precondition(const Request& request);

}  // namespace rollcall::http
