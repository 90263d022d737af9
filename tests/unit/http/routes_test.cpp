// The table of endpoints: which request belongs to which endpoint.
#include "http/api/routes.hpp"

#include <string>

#include "http/api/endpoints.hpp"
#include "tests/support/catch.hpp"

namespace rollcall::http {
namespace {

TEST_CASE("a path is matched as text") {
  struct Row {
    std::string_view path;
    std::string_view route;
    std::string_view segment;
  };
  auto row = GENERATE(
      Row{"/", "/", ""}, Row{"/users", "/users", ""}, Row{"/users/42", "/users/{id}", "42"},
      Row{"/users/%2042", "/users/{id}", "%2042"}, Row{"/users/0x2a", "/users/{id}", "0x2a"},
      Row{"/users/-1", "/users/{id}", "-1"}, Row{"/users/4#2", "/users/{id}", "4#2"},
      Row{"/problems", "/problems", ""}, Row{"/problems/x", "/problems/{slug}", "x"},
      Row{"/openapi.json", "/openapi.json", ""}, Row{"*", "*", ""});
  INFO(row.path);
  const auto [route, segment] = every_route().match(row.path);
  REQUIRE(route != nullptr);
  CHECK(route->path == row.route);
  CHECK(segment == row.segment);
}

TEST_CASE("nothing is at a path that no endpoint has") {
  for (const auto* path : {"/users/", "/users/42/", "/users/42/x", "//users", "/Users", "/user",
                           "/users42", "/problems/", "localhost:80", "/{id}", "**", ""}) {
    INFO(path);
    CHECK(every_route().match(path).route == nullptr);
  }
}

TEST_CASE("a path without braces precedes one with them, wherever the table has it") {
  const std::vector<Endpoint> table{{Method::get, "/users/{id}", "one", ""},
                                    {Method::post, "/users/batch", "batch", ""}};
  const Routes routes(table);
  CHECK(routes.match("/users/batch").route->of(Method::post) == &table[1]);
  CHECK(routes.match("/users/batch").route->of(Method::get) == nullptr);
  CHECK(routes.match("/users/batches").route->of(Method::get) == &table[0]);
}

TEST_CASE("a path allows what its endpoints have, HEAD where it has GET, and OPTIONS") {
  const auto allow = [](std::string_view path) { return every_route().match(path).route->allow; };
  CHECK(allow("/") == "GET, HEAD, OPTIONS");
  CHECK(allow("/users") == "GET, HEAD, POST, OPTIONS");
  CHECK(allow("/users/1") == "GET, HEAD, PUT, PATCH, DELETE, OPTIONS");
  CHECK(allow("*") == "GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS");
  CHECK(every_route().match("/users/1").route->options_fields ==
        "Allow: GET, HEAD, PUT, PATCH, DELETE, OPTIONS\r\n"
        "Accept-Patch: application/merge-patch+json, application/json\r\n");
}

TEST_CASE("the server as a whole has no endpoint") {
  for (const auto method : every_method) {
    CHECK(every_route().match("*").route->of(method) == nullptr);
  }
}

TEST_CASE("each endpoint is found at its own path, and has a handler") {
  std::size_t count = 0;
  for (const auto& endpoint : every_endpoint()) {
    INFO(endpoint.operation);
    CHECK(every_route().match(endpoint.path).route->of(endpoint.method) == &endpoint);
    CHECK(endpoint.handle != nullptr);
    CHECK((endpoint.segment != nullptr) == (endpoint.path.find('{') != std::string_view::npos));
    ++count;
  }
  CHECK(count >= 10);
}

}  // namespace
}  // namespace rollcall::http
