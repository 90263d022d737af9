#include "http/api/endpoints.hpp"

#include <utility>

#include "http/api/change_endpoints.hpp"
#include "http/api/openapi.hpp"
#include "http/api/pages.hpp"
#include "http/api/user_endpoints.hpp"

namespace rollcall::http {

const std::vector<Endpoint>& every_endpoint() {
  static const auto table = [] {
    std::vector<Endpoint> endpoints;
    for (const auto part : {user_endpoints, change_endpoints, openapi_endpoints, page_endpoints}) {
      for (auto& endpoint : part()) endpoints.push_back(std::move(endpoint));
    }
    return endpoints;
  }();
  return table;
}

const Routes& every_route() {
  static const Routes routes(every_endpoint());
  return routes;
}

}  // namespace rollcall::http
