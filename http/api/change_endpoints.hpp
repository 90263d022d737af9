// The endpoint of the log of changes.
#pragma once

#include <vector>

#include "http/api/endpoint.hpp"

namespace rollcall::http {

std::vector<Endpoint> change_endpoints();

}  // namespace rollcall::http
