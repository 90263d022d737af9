#include "http/wire/cors.hpp"

#include <set>
#include <string>

#include "http/api/endpoints.hpp"
#include "http/api/openapi.hpp"
#include "http/wire/authority.hpp"
#include "http/wire/list_field.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/http/request.hpp"

namespace rollcall::http {
namespace {

using Names = std::set<std::string>;

const std::string app_origin = "https://app.example";
const Cors listed_cors({app_origin, "http://localhost:3000"});
const Cors every_cors({"*"});

std::string fields_with(const Cors& cors, const std::string& origin) {
  tests::MadeRequest request(Method::get, "/");
  if (!origin.empty()) request.with("Origin", origin);
  return std::string(cors.fields_for(request.get()));
}

std::string preflight_with(const Cors& cors, const std::string& origin, bool asks = true) {
  tests::MadeRequest request(Method::options, "/users");
  if (!origin.empty()) request.with("Origin", origin);
  if (asks) request.with("Access-Control-Request-Method", "POST");
  return cors.preflight_fields(request.get(), "GET, POST");
}

Names names_in(std::string_view list) {
  Names names;
  for_each_element(list, [&](std::string_view name) { names.emplace(name); });
  return names;
}

TEST_CASE("without origins no answer has a field of CORS") {
  const Cors none(std::vector<std::string>{});
  CHECK(fields_with(none, app_origin).empty());
  CHECK(fields_with(none, "").empty());
  CHECK(preflight_with(none, app_origin).empty());
}

TEST_CASE("an answer to a listed origin names it, and every answer varies by origin") {
  const auto exposed =
      "\r\nAccess-Control-Expose-Headers: " + std::string(cors_response_fields) + "\r\n";
  CHECK(fields_with(listed_cors, app_origin) ==
        "Access-Control-Allow-Origin: https://app.example" + exposed + "Vary: Origin\r\n");
  CHECK(fields_with(listed_cors, "http://localhost:3000")
            .starts_with("Access-Control-Allow-Origin: http://localhost:3000\r\n"));
  for (const std::string other :
       {"", "null", "*", "https://app.example/", "https://app.example:443", "http://app.example",
        "HTTPS://app.example", "https://app.example.evil.example", "https://app.example "}) {
    INFO(other);
    CHECK(fields_with(listed_cors, other) == "Vary: Origin\r\n");
  }
}

TEST_CASE("where every origin is allowed all answers have the same fields") {
  const auto fields = fields_with(every_cors, "");
  CHECK(fields.starts_with("Access-Control-Allow-Origin: *\r\nAccess-Control-Expose-Headers: "));
  CHECK(fields.find("Vary:") == std::string::npos);
  CHECK(fields_with(every_cors, app_origin) == fields);
  CHECK(fields_with(Cors({app_origin, "*"}), "null") == fields);
}

TEST_CASE("a preflight by a page that is allowed is told what it may send") {
  const auto told = "Access-Control-Allow-Methods: GET, POST\r\nAccess-Control-Allow-Headers: " +
                    std::string(cors_request_fields) + "\r\nAccess-Control-Max-Age: 7200\r\n";
  CHECK(preflight_with(listed_cors, app_origin) == told);
  CHECK(preflight_with(every_cors, "null") == told);
  CHECK(preflight_with(listed_cors, "https://evil.example").empty());
  CHECK(preflight_with(listed_cors, "").empty());
  CHECK(preflight_with(every_cors, "").empty());
  CHECK(preflight_with(listed_cors, app_origin, false).empty());
}

TEST_CASE("a page of an origin that is allowed may change users, also on another site") {
  const auto refused = [](const Cors& cors, const std::string& origin, const std::string& host) {
    tests::MadeRequest request(Method::remove, "/users/1");
    request.without_fields().with("Host", host).with("Sec-Fetch-Site", "cross-site");
    if (!origin.empty()) request.with("Origin", origin);
    const auto problem = refuse_origin(request.get(), AllowedHosts(), cors);
    return problem ? describe(problem->type).status : 0;
  };
  CHECK(refused(listed_cors, app_origin, "localhost") == 0);
  CHECK(refused(every_cors, "https://evil.example", "localhost") == 0);
  CHECK(refused(listed_cors, "https://evil.example", "localhost") == 403);
  CHECK(refused(listed_cors, "", "localhost") == 403);
  CHECK(refused(every_cors, "", "localhost") == 403);
  CHECK(refused(Cors(), app_origin, "localhost") == 403);
  CHECK(refused(every_cors, app_origin, "evil.example") == 421);
}

TEST_CASE("a page may send every field that the API reads, and read every one that it sends") {
  const auto document = openapi_of(every_endpoint(), {});
  const auto sendable = names_in(cors_request_fields);
  for (const auto& path : document["paths"]) {
    for (const auto& operation : path) {
      if (!operation.contains("parameters")) continue;
      for (const auto& parameter : operation["parameters"]) {
        INFO(parameter["name"]);
        if (parameter["in"] == "header") CHECK(sendable.contains(parameter["name"]));
      }
    }
  }
  CHECK(sendable.contains("Content-Type"));
  auto readable = names_in(cors_response_fields);
  readable.insert({"Cache-Control", "Content-Language", "Content-Length", "Content-Type", "Expires",
                   "Last-Modified", "Pragma"});  // that a page may always read
  // For browsers and proxies alone.
  readable.insert({"Content-Security-Policy", "X-Accel-Buffering", "X-Content-Type-Options"});
  for (const auto& [name, header] : document["components"]["headers"].items()) {
    INFO(name);
    CHECK(readable.contains(name));
  }
}

}  // namespace
}  // namespace rollcall::http
