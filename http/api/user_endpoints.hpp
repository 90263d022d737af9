// The endpoints of /users and /users/{id}.
#pragma once

#include <vector>

#include "http/api/endpoint.hpp"

namespace rollcall::http {

std::vector<Endpoint> user_endpoints();

}  // namespace rollcall::http
