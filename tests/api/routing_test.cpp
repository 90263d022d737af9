// Targets without a route, methods that a route does not allow, and OPTIONS.
#include <algorithm>
#include <set>
#include <sstream>

#include "tests/support/catch.hpp"
#include "tests/support/daemon/daemon_process.hpp"
#include "tests/support/daemon/users.hpp"

namespace rollcall::tests {

namespace {

std::set<std::string> methods_in(const Response& response) {
  std::set<std::string> methods;
  std::istringstream list(response.header("Allow").value_or(""));
  for (std::string method; std::getline(list, method, ',');) {
    methods.insert(method.substr(std::min(method.find_first_not_of(' '), method.size())));
  }
  return methods;
}

const std::set<std::string> on_root{"GET", "HEAD", "OPTIONS"};
const std::set<std::string> on_users{"GET", "HEAD", "OPTIONS", "POST"};
const std::set<std::string> on_user{"DELETE", "GET", "HEAD", "OPTIONS", "PATCH", "PUT"};

}  // namespace

TEST_CASE("a target without a route is 404 for every method") {
  DaemonProcess daemon({.loops = 3});
  HttpClient client(daemon.port());
  for (const std::string target :
       {"/nowhere", "/users/1/name", "/user/1", "/Users/1", "//", "/.."}) {
    for (const std::string method : {"GET", "POST", "PUT", "PATCH", "DELETE"}) {
      INFO(method << " " << target);
      check_problem(client.ask({.method = method, .target = target}), 404, "not-found", target);
    }
  }
}

TEST_CASE("the query is no part of the route") {
  DaemonProcess daemon({.loops = 3});
  HttpClient client(daemon.port());
  check_problem(client.get("/nowhere?limit=1"), 404, "not-found", "");
  CHECK(client.get("/?utm_source=x").status == 200);
}

TEST_CASE("a method that a route does not have is 405 with those that it has") {
  DaemonProcess daemon({.loops = 3});
  HttpClient client(daemon.port());
  const auto refused = [&](const std::string& method, const std::string& target) {
    INFO(method << " " << target);
    const auto answer = client.ask({.method = method, .target = target, .body = ""});
    check_problem(answer, 405, "method-not-allowed", target);
    return methods_in(answer);
  };
  for (const std::string method : {"POST", "PUT", "PATCH", "DELETE"}) {
    CHECK(refused(method, "/") == on_root);
  }
  for (const std::string method : {"PUT", "PATCH", "DELETE"}) {
    CHECK(refused(method, "/users") == on_users);
  }
  CHECK(refused("POST", "/users/1") == on_user);
}

TEST_CASE("the admin listener refuses unknown routes and methods in the same way") {
  DaemonProcess daemon({.loops = 3});
  HttpClient admin(daemon.admin_port());
  check_problem(admin.get("/nowhere"), 404, "not-found", "/nowhere");
  const auto answer = admin.ask({.method = "DELETE", .target = "/ready"});
  check_problem(answer, 405, "method-not-allowed", "/ready");
  CHECK(methods_in(answer).count("GET") == 1);
}

TEST_CASE("OPTIONS names the methods of a route") {
  DaemonProcess daemon({.loops = 3});
  HttpClient client(daemon.port());
  const auto allowed = [&](const std::string& target) {
    const auto answer = client.ask({.method = "OPTIONS", .target = target});
    INFO("OPTIONS " << target << " " << answer.status << " " << answer.body);
    CHECK((answer.status == 200 || answer.status == 204));
    return methods_in(answer);
  };
  CHECK(allowed("/") == on_root);
  CHECK(allowed("/users") == on_users);
  CHECK(allowed("/users/1") == on_user);
  check_problem(client.ask({.method = "OPTIONS", .target = "/nowhere"}), 404, "not-found",
                "/nowhere");
}

TEST_CASE("OPTIONS * and an absolute target get a real answer") {
  DaemonProcess daemon({.loops = 3});
  HttpClient client(daemon.port());
  // RFC 9112 3.2.2: a server must accept the absolute form. 3.2.4: `*` asks about the server.
  const auto absolute = client.get("http://localhost/users?limit=1");
  INFO(absolute.status << " " << absolute.body);
  CHECK(absolute.status == 200);
  const auto star = client.ask({.method = "OPTIONS", .target = "*"});
  INFO(star.status << " " << star.body);
  CHECK((star.status == 200 || star.status == 204));
}

TEST_CASE("a percent sign without two hexadecimal digits is answered by the route") {
  DaemonProcess daemon({.loops = 1});
  HttpClient client(daemon.port());
  for (const std::string escape : {"%", "%4", "%zz", "%4g"}) {
    const std::string user = "/users/" + escape;
    check_problem(client.get(user), 400, "invalid-id", user);
    check_problem(client.get("/users?limit=" + escape), 400, "invalid-parameter", "/users");
    check_problem(client.get("/" + escape), 404, "not-found", "/" + escape);
  }
}

TEST_CASE("the type of a problem is the address of a page about it") {
  DaemonProcess daemon({.loops = 3});
  HttpClient client(daemon.port());
  const auto type = client.get("/users/0").json().at("type").get<std::string>();
  const auto page = client.get(type);
  CHECK(page.status == 200);
  CHECK(page.body.find("invalid-id") != std::string::npos);
  check_problem(client.get("/problems/no-such-problem"), 404, "not-found",
                "/problems/no-such-problem");
}

TEST_CASE("two problems have two trace ids") {
  DaemonProcess daemon({.loops = 3});
  HttpClient client(daemon.port());
  const auto one = client.get("/users/0").json().at("trace_id");
  const auto other = client.get("/users/0").json().at("trace_id");
  CHECK(one != other);
}

}  // namespace rollcall::tests
