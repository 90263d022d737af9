// Turns lists of users into responses.
#pragma once

#include "domain/page.hpp"
#include "http/api/pending_request.hpp"
#include "http/wire/links.hpp"
#include "http/wire/problem.hpp"
#include "http/wire/response.hpp"

namespace rollcall::http {

/// The users that were found for `read`: 200; 304 if If-None-Match has the tag of the list, or
/// precondition_failed by If-Match. The tag depends on the bytes of the body alone. A page links to
/// its neighbours: to the one before wherever the page has a position to go back from, so that it
/// may be empty. `total`: how many users the filter of the page selects.
tl::expected<Response, Problem> list_response(const UserPage& found, const ReadList& read,
                                              Links links, std::optional<std::int64_t> total = {});

}  // namespace rollcall::http
