// Checks the head of a request by what its endpoint declares.
#pragma once

#include <string_view>

#include <tl/expected.hpp>

#include "http/api/endpoint.hpp"
#include "http/server/request_handler.hpp"
#include "http/wire/etag.hpp"
#include "http/wire/request.hpp"

namespace rollcall::http {

/// The arguments of a request of this endpoint, or why it is refused whatever its body is: the
/// segment of its path, its query, its conditions or the type of its body is wrong. Only a
/// condition with a date asks for the time.
tl::expected<Arguments, Refusal> parse_arguments(const Request& request, const Endpoint& endpoint,
                                                 std::string_view segment, std::string_view query,
                                                 const WallNow& now);

}  // namespace rollcall::http
