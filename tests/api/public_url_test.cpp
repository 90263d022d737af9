// http.public_url: where the links of answers lead.
#include <string>

#include "tests/api/unrecorded.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/daemon/daemon_process.hpp"
#include "tests/support/text.hpp"

namespace rollcall::tests {

namespace {

const std::string public_base = "https://users.example.org/api/v1";

std::string problem_type_of(const Response& response) {
  INFO(response.status << " " << response.body);
  REQUIRE(response.header("Content-Type") == "application/problem+json");
  return response.json().at("type").get<std::string>();
}

}  // namespace

TEST_CASE("with http.public_url every link begins with it") {
  DaemonProcess daemon({.loops = 3, .set = {"http.public_url=" + public_base + "/"}});
  const auto created = tell(daemon.port(), creation("Ada"));
  CHECK(created.header("Location") == public_base + "/users/1");
  REQUIRE(tell(daemon.port(), creation("Eve")).status == 201);
  const auto page = tell(daemon.port(), {.target = "/users?limit=1"});
  const auto next = public_base + "/users?limit=1&after=1";
  CHECK(page.json().at("next") == next);
  CHECK(page.header("Link") == "<" + next + ">; rel=\"next\"");
  const auto document = tell(daemon.port(), {.target = "/openapi.json"});
  CHECK(document.json().at("servers") == Json{{{"url", public_base}}});
  CHECK(contains(document.body, '"' + public_base + "/problems/not-found\""));
  CHECK_FALSE(contains(document.body, "\"/problems/not-found\""));
}

TEST_CASE("with http.public_url the type of every problem begins with it, whoever answers") {
  DaemonProcess daemon(
      {.loops = 1, .set = {"http.public_url=" + public_base, "http.max_target_bytes=100"}});
  const auto slug_at = [](std::uint16_t port, const std::string& bytes) {
    const auto type = problem_type_of(tell_bytes(port, bytes));
    INFO(type);
    REQUIRE(type.starts_with(public_base + "/problems/"));
    return type.substr(public_base.size() + std::string("/problems/").size());
  };
  const auto slug_of = [&](const std::string& bytes) { return slug_at(daemon.port(), bytes); };
  const std::string end = " HTTP/1.1\r\nHost: localhost\r\n\r\n";
  CHECK(slug_of("GET /none" + end) == "not-found");          // the router
  CHECK(slug_of("GET /users/1" + end) == "user-not-found");  // an actor
  CHECK(slug_of("GET  /users/1" + end) == "bad-request");    // the validator
  CHECK(slug_of("GET /" + std::string(200, 'x') + end) == "uri-too-long");
  CHECK(slug_of("GET / HTTP/1.1\r\nHost: evil.example\r\n\r\n") == "misdirected-request");
  CHECK(slug_of("POST /users HTTP/1.1\r\nHost: localhost\r\nContent-Length: 2\r\n"
                "Expect: 100-continue\r\n\r\n") == "unsupported-media-type");  // by its head
  CHECK(slug_at(daemon.admin_port(), "GET /none" + end) == "not-found");
  DaemonProcess full(
      {.loops = 1, .set = {"http.public_url=" + public_base, "http.max_connections=1"}});
  const HttpClient first(full.port());
  CHECK(slug_at(full.port(), "") == "overloaded");  // the listener
}

TEST_CASE("without http.public_url links are paths") {
  DaemonProcess daemon({.loops = 1});
  HttpClient client(daemon.port());
  CHECK(client.ask(creation("Ada")).header("Location") == "/users/1");
  CHECK(client.get("/openapi.json").json().at("servers") == Json{{{"url", "/"}}});
  CHECK(problem_type_of(client.get("/none")) == "/problems/not-found");
}

TEST_CASE("a public URL that can't begin a link is refused at start") {
  for (const std::string url :
       {"users.example.org", "https://a.example/?x=1", "https://a.example#x",
        "https://ada@a.example", "ftp://a.example", ""}) {
    const auto outcome = run_command({"serve", "--set", "http.public_url=" + url});
    INFO(url << ": " << outcome.err);
    CHECK(outcome.exit_code == 2);
    CHECK(contains(outcome.err, "--set: http.public_url: "));
    CHECK(contains(outcome.err, "allowed: an absolute http or https URL, or /"));
  }
}

}  // namespace rollcall::tests
