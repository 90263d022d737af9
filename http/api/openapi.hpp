// The OpenAPI 3.1 document, made of the table of endpoints.
#pragma once

#include <span>
#include <string>
#include <vector>

#include <nlohmann/json.hpp>

#include "http/api/endpoint.hpp"

namespace rollcall::http {

/// The problems with which a request of this endpoint may be answered, in the order of their type:
/// its own, and those that its other members and its method imply.
std::vector<ProblemType> problems_of(const Endpoint& endpoint);

/// The document of these endpoints, whose addresses begin with the root of the links. Each object
/// has its members in a fixed order.
nlohmann::ordered_json openapi_of(std::span<const Endpoint> endpoints, Links links);

/// That of every_endpoint(), with paths as addresses, made by the first call.
const nlohmann::ordered_json& openapi_document();

/// GET /openapi.json: the document of every_endpoint().
std::vector<Endpoint> openapi_endpoints();

}  // namespace rollcall::http
