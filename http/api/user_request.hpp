// Parses a request for /users or /users/{id} into the operation that it asks for.
#pragma once

#include <optional>
#include <string_view>

#include <tl/expected.hpp>

#include "http/api/pending_request.hpp"
#include "http/server/request_handler.hpp"
#include "http/wire/etag.hpp"
#include "http/wire/problem.hpp"
#include "http/wire/request.hpp"
#include "http/wire/target.hpp"

namespace rollcall::http {

/// Parses the whole request: id, query, precondition, media type, body. The method must be one that
/// the resource allows, and not OPTIONS. Only a condition with a date asks for the time.
tl::expected<Operation, Refusal> parse_operation(const Request& request, const Target& target,
                                                 const WallNow& now);

/// Why parse_operation would refuse the request whatever its body is; nothing if the body decides.
std::optional<Refusal> refuse_head_of_users(const Request& request, const Target& target,
                                            const WallNow& now);

/// The media types that a method's body may have, as a list for the fields Accept and Accept-Patch;
/// empty if the method has no body.
std::string_view accepted_types(Method method);

}  // namespace rollcall::http
