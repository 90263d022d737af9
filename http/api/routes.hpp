// Finds the endpoint of a request.
#pragma once

#include <array>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "http/api/endpoint.hpp"

namespace rollcall::http {

/// The endpoints of one path.
struct Route {
  std::string_view path;
  std::string_view prefix;  // the path without a segment in braces
  std::array<const Endpoint*, method_count> by_method{};
  std::string allow{};           // the value of Allow
  std::string options_fields{};  // of the answer to OPTIONS, with Allow

  const Endpoint* of(Method method) const { return by_method[static_cast<std::size_t>(method)]; }
  bool has_segment() const { return prefix.size() < path.size(); }
};

/// For all threads.
class Routes {
 public:
  struct Match {
    const Route* route = nullptr;  // null: there is nothing at this path
    std::string_view segment{};    // what stands where the path has braces, not decoded
  };

  /// Copies nothing: the endpoints must outlive this.
  explicit Routes(std::span<const Endpoint> endpoints);

  /// The path is matched as text. A path without braces precedes one with them. `*` has a route
  /// without endpoints, which allows all methods that any path has (RFC 9110 9.3.7).
  Match match(std::string_view path) const;

 private:
  std::vector<Route> routes_;
  Route server_;
};

}  // namespace rollcall::http
