// The endpoints that need no actor: / and the pages about problems.
#pragma once

#include <vector>

#include "http/api/endpoint.hpp"

namespace rollcall::http {

std::vector<Endpoint> page_endpoints();

}  // namespace rollcall::http
