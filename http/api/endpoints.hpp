// The table of endpoints of the public listeners.
#pragma once

#include <vector>

#include "http/api/endpoint.hpp"
#include "http/api/routes.hpp"

namespace rollcall::http {

/// All endpoints, in the order in which the OpenAPI document has them.
const std::vector<Endpoint>& every_endpoint();

const Routes& every_route();

}  // namespace rollcall::http
