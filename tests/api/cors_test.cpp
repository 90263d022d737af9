// http.cors_origins: what pages of other origins may do in a browser.
#include <algorithm>
#include <string>

#include "tests/api/unrecorded.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/daemon/daemon_process.hpp"
#include "tests/support/text.hpp"

namespace rollcall::tests {

namespace {

const std::string listed_origin = "https://app.example";
const std::string foreign_origin = "https://evil.example";

/// The request as a page of this origin sends it; empty: as another program does.
Request by_page(Request request, const std::string& origin) {
  if (origin.empty()) return request;
  request.headers.emplace_back("Origin", origin);
  request.headers.emplace_back("Sec-Fetch-Site", "cross-site");
  return request;
}

Request preflight(const std::string& target, const std::string& method) {
  return {.method = "OPTIONS",
          .target = target,
          .headers = {{"Access-Control-Request-Method", method},
                      {"Access-Control-Request-Headers", "content-type"}}};
}

bool has_cors(const Response& response) {
  return std::any_of(response.headers.begin(), response.headers.end(), [](const auto& header) {
    return header.first.starts_with("Access-Control-");
  });
}

bool varies_by_origin(const Response& response) {
  return std::find(response.headers.begin(), response.headers.end(),
                   std::pair<std::string, std::string>{"Vary", "Origin"}) != response.headers.end();
}

void check_allowed(const Response& response, int status) {
  INFO(response.status << " " << response.body);
  CHECK(response.status == status);
  CHECK(response.header("Access-Control-Allow-Origin") == listed_origin);
  CHECK(response.count("Access-Control-Allow-Origin") == 1);
  const auto exposed = response.header("Access-Control-Expose-Headers").value_or("");
  CHECK(contains(exposed, "ETag, Idempotency-Replayed, Link, Location"));
  CHECK_FALSE(response.header("Access-Control-Allow-Credentials"));
  CHECK(varies_by_origin(response));
}

void check_closed(const Response& response, int status) {
  INFO(response.status << " " << response.body);
  CHECK(response.status == status);
  CHECK_FALSE(has_cors(response));
}

}  // namespace

TEST_CASE("without http.cors_origins no answer has a field of CORS") {
  DaemonProcess daemon({.loops = 3});
  REQUIRE(tell(daemon.port(), creation("Ada")).status == 201);
  for (const auto& origin : {listed_origin, std::string()}) {
    const auto read = tell(daemon.port(), by_page({.target = "/users/1"}, origin));
    check_closed(read, 200);
    CHECK_FALSE(read.header("Vary"));
    const auto asked = tell(daemon.port(), by_page(preflight("/users/1", "PUT"), origin));
    check_closed(asked, 204);
    CHECK(asked.header("Allow") == "GET, HEAD, PUT, PATCH, DELETE, OPTIONS");
  }
  check_closed(tell(daemon.port(), by_page(creation("Eve"), listed_origin)), 403);
}

TEST_CASE("a page of an origin in http.cors_origins may read every answer, and change users") {
  DaemonProcess daemon(
      {.loops = 3, .set = {"http.cors_origins=http://localhost:3000 " + listed_origin}});
  const auto ask = [&](Request request) {
    return tell(daemon.port(), by_page(std::move(request), listed_origin));
  };
  const auto created = ask(creation("Ada"));
  check_allowed(created, 201);
  for (int i = 0; i < 2; ++i) check_allowed(ask({.target = "/users/1"}), 200);  // cached then
  const auto tag = created.header("ETag").value();
  check_allowed(ask({.target = "/users/1", .headers = {{"If-None-Match", tag}}}), 304);
  check_allowed(ask({.target = "/users"}), 200);
  check_allowed(ask({.target = "/users/2"}), 404);
  check_allowed(ask({.target = "/users/x"}), 400);
  check_allowed(ask({.target = "/none"}), 404);
  check_allowed(ask({.method = "POST", .target = "/users/1"}), 405);
  check_allowed(ask(creation("")), 422);
  check_allowed(ask({.method = "DELETE", .target = "/users/1"}), 204);
  const auto greeting = ask({.target = "/"});
  check_allowed(greeting, 200);
  CHECK(greeting.header("Vary") == "Accept");  // in a line of its own
}

TEST_CASE("a page that is allowed may read why its request was refused before it was whole") {
  DaemonProcess daemon({.loops = 1, .set = {"http.cors_origins=" + listed_origin}});
  const std::string begin = " HTTP/1.1\r\nHost: localhost\r\nOrigin: " + listed_origin + "\r\n";
  const auto answer_to = [&](const std::string& bytes) { return tell_bytes(daemon.port(), bytes); };
  check_allowed(answer_to("GET /" + begin + "bad line\r\n\r\n"), 400);
  check_allowed(answer_to("POST /users" + begin + "Content-Length: 99999999\r\n\r\n"), 413);
  check_allowed(
      answer_to("POST /users" + begin + "Content-Length: 2\r\nExpect: 100-continue\r\n\r\n"), 415);
  CHECK(varies_by_origin(answer_to("GET  / HTTP/1.1\r\n\r\n")));
}

TEST_CASE("a page of another origin gets the answer without a field of CORS, and changes nothing") {
  DaemonProcess daemon({.loops = 3, .set = {"http.cors_origins=" + listed_origin}});
  REQUIRE(tell(daemon.port(), creation("Ada")).status == 201);
  for (const auto& origin :
       {foreign_origin, std::string("null"), listed_origin + ":8443", std::string()}) {
    INFO(origin);
    const auto read = tell(daemon.port(), by_page({.target = "/users/1"}, origin));
    check_closed(read, 200);
    CHECK(varies_by_origin(read));
    const auto asked = tell(daemon.port(), by_page(preflight("/users/1", "PUT"), origin));
    check_closed(asked, 204);
    CHECK(asked.header("Allow") == "GET, HEAD, PUT, PATCH, DELETE, OPTIONS");
  }
  check_closed(tell(daemon.port(), by_page(creation("Eve"), foreign_origin)), 403);
  check_closed(tell(daemon.port(), by_page({.target = "/users/2"}, foreign_origin)), 404);
}

TEST_CASE("a preflight is answered with the methods of its path and the fields of the API") {
  DaemonProcess daemon({.loops = 1, .set = {"http.cors_origins=" + listed_origin}});
  const auto ask = [&](const std::string& target) {
    return tell(daemon.port(), by_page(preflight(target, "PUT"), listed_origin));
  };
  for (const auto& [target, methods] :
       Headers{{"/users", "GET, HEAD, POST, OPTIONS"},
               {"/users/1", "GET, HEAD, PUT, PATCH, DELETE, OPTIONS"},
               {"/openapi.json", "GET, HEAD, OPTIONS"}}) {
    INFO(target);
    const auto answer = ask(target);
    check_allowed(answer, 204);
    CHECK(answer.header("Access-Control-Allow-Methods") == methods);
    CHECK(contains(answer.header("Access-Control-Allow-Headers").value_or(""), "If-Match, "));
    CHECK(answer.header("Access-Control-Max-Age") == "7200");
  }
  check_allowed(ask("/none"), 404);
  const auto plain =
      tell(daemon.port(), by_page({.method = "OPTIONS", .target = "/users"}, listed_origin));
  check_allowed(plain, 204);
  CHECK_FALSE(plain.header("Access-Control-Allow-Methods"));
}

TEST_CASE("where http.cors_origins is * every page may read and change, and no answer varies") {
  DaemonProcess daemon({.loops = 1, .set = {"http.cors_origins=*"}});
  const auto check_open = [](const Response& response, int status) {
    INFO(response.status << " " << response.body);
    CHECK(response.status == status);
    CHECK(response.header("Access-Control-Allow-Origin") == "*");
    CHECK_FALSE(varies_by_origin(response));
  };
  check_open(tell(daemon.port(), by_page(creation("Ada"), foreign_origin)), 201);
  check_open(tell(daemon.port(), by_page({.target = "/users/1"}, "null")), 200);
  check_open(tell(daemon.port(), {.target = "/users/2"}), 404);
  check_open(tell(daemon.port(), by_page(preflight("/users/1", "DELETE"), foreign_origin)), 204);
  check_open(tell_bytes(daemon.port(), "nonsense\r\n\r\n"), 400);
}

TEST_CASE("CORS opens neither other hosts nor the admin side") {
  DaemonProcess daemon({.loops = 1, .set = {"http.cors_origins=" + listed_origin}});
  const std::string end = "\r\nOrigin: " + listed_origin + "\r\n\r\n";
  check_allowed(tell_bytes(daemon.port(), "GET /users/1 HTTP/1.1\r\nHost: users.example" + end),
                421);
  const auto live = tell(daemon.admin_port(), by_page({.target = "/live"}, listed_origin));
  check_closed(live, 200);
  CHECK_FALSE(live.header("Vary"));
  check_closed(tell(daemon.admin_port(), by_page(preflight("/live", "GET"), listed_origin)), 204);
}

TEST_CASE("an origin that no browser sends is refused at start, by its name") {
  for (const std::string origin : {"https://app.example/", "https://app.example/a", "app.example",
                                   "HTTPS://app.example", "https://App.example", "null"}) {
    const auto outcome =
        run_command({"serve", "--set", "http.cors_origins=" + listed_origin + " " + origin});
    INFO(outcome.err);
    CHECK(outcome.exit_code == 2);
    CHECK(contains(outcome.err, "--set: http.cors_origins: number 2: \"" + origin + "\" "));
  }
}

}  // namespace rollcall::tests
