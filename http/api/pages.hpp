// The answers to GET / and GET /problems, which need no actor.
#pragma once

#include <string_view>

#include "http/wire/problem.hpp"
#include "http/wire/request.hpp"
#include "http/wire/response.hpp"
#include "http/wire/target.hpp"

namespace rollcall::http {

/// `Hello, World!`, or the landing page if the client prefers HTML.
Response root_page(const Request& request);
Response problems_page();
/// not_found if no problem type has this slug.
tl::expected<Response, Problem> problem_page(std::string_view slug);

}  // namespace rollcall::http
