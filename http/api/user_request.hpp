// Parses a request for /users or /users/{id} into the operation that it asks for.
#pragma once

#include <tl/expected.hpp>

#include "http/api/pending_request.hpp"
#include "http/wire/problem.hpp"
#include "http/wire/request.hpp"
#include "http/wire/target.hpp"

namespace rollcall::http {

/// Parses the whole request: id, query, precondition, media type, body. The method must be one that
/// the resource allows, and not OPTIONS.
tl::expected<Operation, Problem> parse_operation(const Request& request, const Target& target);

/// The media types that a method's body may have, as a list for the field Accept.
std::string_view accepted_types(Method method);

}  // namespace rollcall::http
