// Entity tags and conditional requests (RFC 9110 8.8.3, 13). A user's tag is its version in quotes.
#pragma once

#include <cstdint>
#include <functional>
#include <string>

#include <tl/expected.hpp>

#include "domain/precondition.hpp"
#include "http/wire/problem.hpp"
#include "http/wire/request.hpp"

namespace rollcall::http {

/// The strong tag of a version, with its quotes.
std::string etag_of(std::int64_t version);

/// The wall-clock time, which a date with two digits of its year needs.
using WallNow = std::function<Timestamp()>;

/// The conditions of a request; several lines of If-Match or If-None-Match are one list (RFC 9110
/// 5.3), and one without any tag matches nothing (13.1.1). Tags that are not of our form match
/// nothing. If-Match compares strongly, so a weak tag matches nothing
/// there; If-None-Match compares weakly. A malformed list is an invalid_parameter that names the
/// field. If-Unmodified-Since is ignored beside If-Match, If-Modified-Since beside If-None-Match
/// and for other methods than GET and HEAD; and either if it is no date, or several.
tl::expected<Precondition, Problem> parse_precondition(const Request& request, const WallNow& now);

}  // namespace rollcall::http
