// Duplicate e-mails, and preconditions.
#include <future>

#include "tests/support/catch.hpp"
#include "tests/support/daemon/daemon_process.hpp"
#include "tests/support/daemon/users.hpp"

namespace rollcall::tests {

TEST_CASE("an e-mail that is taken, in any case, is refused as email-taken") {
  DaemonProcess daemon({.loops = 3});
  HttpClient client(daemon.port());
  REQUIRE(client.write("POST", "/users", R"({"name":"Ada","email":"ada@example.org"})").status ==
          201);
  REQUIRE(client.write("POST", "/users", R"({"name":"Eve","email":"eve@example.org"})").status ==
          201);
  const std::string taken = R"({"name":"Bob","email":"ADA@Example.ORG"})";
  const auto check = [](const Response& answer, const std::string& target) {
    check_problem(answer, 409, "email-taken", target);
    CHECK(invalid_fields(answer) == std::vector<std::string>{"/email"});
    CHECK_FALSE(answer.header("ETag"));
  };
  check(client.write("POST", "/users", taken), "/users");
  check(client.write("PUT", "/users/2", taken), "/users/2");
  check(client.write("PATCH", "/users/2", R"({"email":"aDa@example.org"})"), "/users/2");
  const auto eve = client.get("/users/2").json();
  CHECK(eve.at("name") == "Eve");
  CHECK(eve.at("version") == 1);
}

TEST_CASE("of two racing creates with one e-mail exactly one wins") {
  DaemonProcess daemon({.loops = GENERATE(1, 3)});
  for (int round = 0; round < 20; ++round) {
    const auto email = "Racer" + std::to_string(round) + "@example.org";
    const auto create = [&](const std::string& address) {
      return Request{.method = "POST",
                     .target = "/users",
                     .headers = {{"Content-Type", "application/json"}},
                     .body = Json{{"name", "Racer"}, {"email", address}}.dump()};
    };
    HttpClient left(daemon.port());
    HttpClient right(daemon.port());
    left.get("/");  // both connections are accepted before the race begins
    right.get("/");
    left.send(create(email).bytes());
    right.send(create("r" + email.substr(1)).bytes());
    const auto one = left.read();
    const auto other = right.read();
    INFO(one.status << " " << one.body << " and " << other.status << " " << other.body);
    const auto& winner = one.status == 201 ? one : other;
    const auto& loser = one.status == 201 ? other : one;
    CHECK(winner.status == 201);
    check_problem(loser, 409, "email-taken", "/users");
  }
  HttpClient reader(daemon.port());
  CHECK(reader.get("/users?limit=500").json().at("users").size() == 20);
}

TEST_CASE("a write with If-Match of the current version is applied, with any other it is refused") {
  DaemonProcess daemon({.loops = 3});
  HttpClient client(daemon.port());
  REQUIRE(client.write("POST", "/users", R"({"name":"Ada"})").status == 201);
  const std::string body = R"({"name":"Eve"})";
  // RFC 9110 13.1.1: compared strongly, so a weak tag never matches.
  for (const std::string tag : {"\"2\"", "\"11\"", "\"abc\"", "W/\"1\"", "\"2\", \"3\""}) {
    INFO("If-Match: " << tag);
    check_problem(client.write("PUT", "/users/1", body, {{"If-Match", tag}}), 412,
                  "precondition-failed", "/users/1");
    check_problem(client.write("PATCH", "/users/1", body, {{"If-Match", tag}}), 412,
                  "precondition-failed", "/users/1");
    check_problem(
        client.ask({.method = "DELETE", .target = "/users/1", .headers = {{"If-Match", tag}}}), 412,
        "precondition-failed", "/users/1");
  }
  CHECK(client.get("/users/1").json().at("version") == 1);
  CHECK(client.write("PUT", "/users/1", body, {{"If-Match", "\"1\""}}).status == 200);
  CHECK(client.write("PATCH", "/users/1", R"({"name":"Fay"})", {{"If-Match", "\"9\", \"2\""}})
            .status == 200);
  CHECK(client.write("PATCH", "/users/1", R"({"name":"Gus"})", {{"If-Match", "*"}}).status == 200);
  CHECK(client.ask({.method = "DELETE", .target = "/users/1", .headers = {{"If-Match", "\"4\""}}})
            .status == 204);
}

TEST_CASE("a 412 about a user has its current tag, one about the users as a whole has none") {
  DaemonProcess daemon({.loops = 3});
  HttpClient client(daemon.port());
  REQUIRE(client.write("POST", "/users", R"({"name":"Ada"})").status == 201);
  REQUIRE(client.write("PATCH", "/users/1", R"({"name":"Eve"})").status == 200);
  const std::vector<std::pair<std::string, std::string>> conditions{
      {"If-Match", "\"1\""}, {"If-Unmodified-Since", "Sun, 06 Nov 1994 08:49:37 GMT"}};
  for (const auto& condition : conditions) {
    for (const std::string method : {"GET", "HEAD", "PUT", "PATCH", "DELETE"}) {
      INFO(method << " " << condition.first);
      Request request{.method = method, .target = "/users/1", .headers = {condition}};
      if (method.starts_with('P')) {
        request.headers.emplace_back("Content-Type", "application/json");
        request.body = R"({"name":"Bob"})";
      }
      const auto answer = client.ask(request);
      CHECK(answer.status == 412);
      CHECK(answer.header("ETag") == "\"2\"");
    }
  }
  const auto create = client.write("POST", "/users", R"({"name":"Bob"})", {{"If-Match", "\"2\""}});
  CHECK(create.status == 412);
  CHECK_FALSE(create.header("ETag"));
}

TEST_CASE("a condition that fails refuses also a write that would change nothing") {
  DaemonProcess daemon({.loops = 3});
  HttpClient client(daemon.port());
  REQUIRE(client.write("POST", "/users", R"({"name":"Ada"})").status == 201);
  const std::string body = R"({"name":"Eve","email":"eve@example.org"})";
  const auto method = GENERATE(as<std::string>{}, "PUT", "PATCH");
  const Headers first{{"If-Match", "\"1\""}};
  const auto changed = client.write(method, "/users/1", body, first);
  REQUIRE(changed.status == 200);
  const Headers past{{"If-Unmodified-Since", "Sun, 06 Nov 1994 08:49:37 GMT"}};
  for (const auto& headers : {first, past, Headers{{"If-None-Match", "*"}}}) {
    const auto refused = client.write(method, "/users/1", body, headers);
    check_problem(refused, 412, "precondition-failed", "/users/1");
    CHECK(refused.header("ETag") == "\"2\"");
  }
  CHECK(client.get("/users/1").body == changed.body);
}

TEST_CASE("If-None-Match that matches refuses a write") {
  DaemonProcess daemon({.loops = 3});
  HttpClient client(daemon.port());
  REQUIRE(client.write("POST", "/users", R"({"name":"Ada"})").status == 201);
  for (const std::string tag : {"*", "\"1\"", "W/\"1\""}) {
    INFO("If-None-Match: " << tag);
    check_problem(client.write("PUT", "/users/1", R"({"name":"Eve"})", {{"If-None-Match", tag}}),
                  412, "precondition-failed", "/users/1");
  }
  CHECK(client.write("PUT", "/users/1", R"({"name":"Eve"})", {{"If-None-Match", "\"7\""}}).status ==
        200);
}

TEST_CASE("a missing user is 404 before any precondition") {
  DaemonProcess daemon({.loops = 3});
  HttpClient client(daemon.port());
  check_problem(client.write("PUT", "/users/7", R"({"name":"Eve"})", {{"If-Match", "\"1\""}}), 404,
                "user-not-found", "/users/7");
}

TEST_CASE("a malformed entity tag is refused as invalid-parameter") {
  DaemonProcess daemon({.loops = 3});
  HttpClient client(daemon.port());
  REQUIRE(client.write("POST", "/users", R"({"name":"Ada"})").status == 201);
  for (const std::string tag : {"1", "\"1", "\"1\" \"2\"", "w/\"1\"", "*, \"1\""}) {
    INFO("If-Match: " << tag);
    check_problem(client.write("PUT", "/users/1", R"({"name":"Eve"})", {{"If-Match", tag}}), 400,
                  "invalid-parameter", "/users/1");
  }
  CHECK(client.get("/users/1").json().at("version") == 1);
}

TEST_CASE("of many racing writes that name one version exactly one is applied") {
  DaemonProcess daemon({.loops = GENERATE(1, 3)});
  HttpClient first(daemon.port());
  REQUIRE(first.write("POST", "/users", R"({"name":"Ada"})").status == 201);
  std::vector<std::future<int>> racers;
  for (int i = 0; i < 8; ++i) {
    racers.push_back(std::async(std::launch::async, [&daemon] {
      HttpClient client(daemon.port());
      return client.write("PATCH", "/users/1", R"({"name":"Eve"})", {{"If-Match", "\"1\""}}).status;
    }));
  }
  int applied = 0;
  int refused = 0;
  for (auto& racer : racers) {
    const int status = racer.get();
    applied += status == 200 ? 1 : 0;
    refused += status == 412 ? 1 : 0;
  }
  CHECK(applied == 1);
  CHECK(refused == 7);
  CHECK(first.get("/users/1").json().at("version") == 2);
}

TEST_CASE("the condition of a create is about the users as a whole, which have no version") {
  DaemonProcess daemon({.loops = 3});
  HttpClient client(daemon.port());
  const auto create = [&](const std::string& field, const std::string& value) {
    return client.write("POST", "/users", R"({"name":"Ada"})", {{field, value}});
  };
  check_problem(create("If-Match", "\"1\""), 412, "precondition-failed", "/users");
  check_problem(create("If-None-Match", "*"), 412, "precondition-failed", "/users");
  CHECK(client.get("/users").json().at("users").empty());
  CHECK(create("If-Match", "*").status == 201);
  CHECK(create("If-None-Match", "\"1\"").status == 201);
}

}  // namespace rollcall::tests
