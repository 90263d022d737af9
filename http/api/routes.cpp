#include "http/api/routes.hpp"

#include <algorithm>

namespace rollcall::http {

namespace {

constexpr auto slot(Method method) { return static_cast<std::size_t>(method); }

Route& route_at(std::vector<Route>& routes, std::string_view path) {
  const auto found = std::find_if(routes.begin(), routes.end(),
                                  [&](const auto& each) { return each.path == path; });
  if (found != routes.end()) return *found;
  return routes.emplace_back(Route{path, path.substr(0, path.find('{'))});
}

void describe_methods(Route& route) {
  for (const auto method : every_method) {
    const auto* endpoint = route.of(method);
    if (endpoint == nullptr && method != Method::options) continue;
    if (!route.allow.empty()) route.allow += ", ";
    route.allow += name_of(method);
  }
  route.options_fields = "Allow: " + route.allow + "\r\n";
  if (const auto* patch = route.of(Method::patch)) {  // RFC 5789 3.1
    route.options_fields += "Accept-Patch: " + std::string(patch->body->types) + "\r\n";
  }
}

// What stands in the place of the braces; nothing if the path is another one.
std::optional<std::string_view> segment_of(const Route& route, std::string_view path) {
  if (path.size() <= route.prefix.size() || !path.starts_with(route.prefix)) return std::nullopt;
  const auto segment = path.substr(route.prefix.size());
  if (segment.find('/') != std::string_view::npos) return std::nullopt;
  return segment;
}

}  // namespace

Routes::Routes(std::span<const Endpoint> endpoints) : server_{"*", "*"} {
  for (const auto& endpoint : endpoints) {
    auto& route = route_at(routes_, endpoint.path);
    route.by_method[slot(endpoint.method)] = &endpoint;
    if (endpoint.method == Method::get) route.by_method[slot(Method::head)] = &endpoint;
  }
  std::stable_partition(routes_.begin(), routes_.end(),
                        [](const Route& route) { return !route.has_segment(); });
  auto any = server_;
  for (auto& route : routes_) {
    describe_methods(route);
    for (const auto method : every_method) {
      if (const auto* endpoint = route.of(method)) any.by_method[slot(method)] = endpoint;
    }
  }
  describe_methods(any);
  server_.allow = any.allow;
  server_.options_fields = "Allow: " + any.allow + "\r\n";
}

Routes::Match Routes::match(std::string_view path) const {
  for (const auto& route : routes_) {
    if (!route.has_segment()) {
      if (path == route.path) return {&route};
    } else if (const auto segment = segment_of(route, path)) {
      return {&route, *segment};
    }
  }
  return path == "*" ? Match{&server_} : Match{};
}

}  // namespace rollcall::http
