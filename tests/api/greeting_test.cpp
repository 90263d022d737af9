// GET /, and what every answer has.
#include "tests/support/catch.hpp"
#include "tests/support/daemon/daemon_process.hpp"
#include "tests/support/daemon/users.hpp"

namespace rollcall::tests {

TEST_CASE("the root greets in plain text") {
  DaemonProcess daemon({.loops = 3});
  HttpClient client(daemon.port());
  const auto answer = client.get("/");
  CHECK(answer.status == 200);
  CHECK(answer.body == "Hello, World!");
  CHECK(answer.header("Content-Type").value_or("").starts_with("text/plain"));
}

TEST_CASE("HEAD of the root has the length of its GET and no body") {
  DaemonProcess daemon({.loops = 3});
  HttpClient client(daemon.port());
  const auto head = client.ask({.method = "HEAD", .target = "/"});
  CHECK(head.status == 200);
  CHECK(head.header("Content-Length") == "13");
  CHECK(client.get("/").body == "Hello, World!");  // so the answer before it had no body
}

TEST_CASE("every answer has a Date, once, in the form of RFC 9110") {
  DaemonProcess daemon({.loops = 3});
  HttpClient client(daemon.port());
  const auto created = client.write("POST", "/users", R"({"name":"Ada"})");
  REQUIRE(created.status == 201);
  const auto etag = created.header("ETag").value_or("");
  const std::vector<Response> answers{
      created,
      client.get("/"),
      client.get("/users"),
      client.get("/users/1"),
      client.get("/users/1", {{"If-None-Match", etag}}),
      client.get("/users/0"),
      client.get("/nowhere"),
      client.ask({.method = "OPTIONS", .target = "/users/1"}),
      client.ask({.method = "POST", .target = "/users/1", .body = ""}),
      client.write("POST", "/users", "{}"),
      client.ask({.method = "DELETE", .target = "/users/1"}),
      client.get("/users/1"),
      ask_once(daemon.admin_port(), {.target = "/live"}),
      ask_once(daemon.admin_port(), {.target = "/ready"}),
      ask_once(daemon.admin_port(), {.target = "/nowhere"}),
  };
  for (const auto& answer : answers) {
    INFO(answer.status << " " << answer.body);
    CHECK(answer.count("Date") == 1);
    const auto date = answer.header("Date").value_or("");
    CHECK(date.size() == std::string("Sun, 06 Nov 1994 08:49:37 GMT").size());
    CHECK(date.ends_with(" GMT"));
  }
}

TEST_CASE("the admin listener reports that the daemon is alive and ready") {
  DaemonProcess daemon({.loops = 3});
  HttpClient admin(daemon.admin_port());
  CHECK(admin.get("/live").status == 200);
  CHECK(admin.get("/ready").status == 200);
}

TEST_CASE("the admin's pages are not on the public listener, nor the users on the admin's") {
  DaemonProcess daemon({.loops = 3});
  check_problem(ask_once(daemon.port(), {.target = "/ready"}), 404, "not-found", "/ready");
  HttpClient admin(daemon.admin_port());
  admin.send(Request{.target = "/users/1"}.bytes());  // not asked: that is for the public side
  check_problem(admin.read(), 404, "not-found", "/users/1");
}

}  // namespace rollcall::tests
