// Between a response and the answer that is kept for repetitions of its request.
#pragma once

#include <string_view>

#include "domain/kept_answer.hpp"
#include "http/wire/links.hpp"
#include "http/wire/request.hpp"
#include "http/wire/response.hpp"

namespace rollcall::http {

/// The key of a request that creates a user, with what makes its answer. Nothing in it refers to
/// the request or to `links`.
RequestKeyRef request_key(const Request& request, std::string_view key, Links links);

/// The response as it was made when the user was created. `repeated`: it says so.
Response kept_response(const KeptAnswer& answer, bool repeated);

}  // namespace rollcall::http
