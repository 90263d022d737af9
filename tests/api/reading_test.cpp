// GET and HEAD of one user.
#include "tests/support/catch.hpp"
#include "tests/support/daemon/users.hpp"

namespace rollcall::tests {

TEST_CASE("a user is answered with its keys in order, its version as ETag") {
  SampleDaemon sample;
  auto client = sample.connect();
  const auto answer = client.get("/users/42");
  REQUIRE(answer.status == 200);
  CHECK(answer.header("Content-Type").value_or("").starts_with("application/json"));
  CHECK(answer.header("ETag") == "\"1\"");
  const auto user = answer.json();
  std::vector<std::string> keys;
  for (const auto& [key, value] : user.items()) keys.push_back(key);
  CHECK(keys == std::vector<std::string>{"id", "username", "name", "email", "external_id", "active",
                                         "attributes", "version", "created_at", "updated_at"});
  CHECK(user.at("id") == 42);
  CHECK(user.at("name") == "User 42");
  CHECK(user.at("email") == "u42@example.org");
  CHECK(user.at("username").is_null());
  CHECK(user.at("external_id").is_null());
  CHECK(user.at("active") == true);
  CHECK(user.at("attributes") == Json::object());
  CHECK(user.at("version") == 1);
  CHECK(user.at("created_at") == user.at("updated_at"));
  const auto at = user.at("created_at").get<std::string>();
  CHECK(at.size() == std::string("2026-11-22T06:47:00.123Z").size());
  CHECK(at.ends_with("Z"));
}

TEST_CASE("the first and the last user of the sample are found, the next id is not") {
  SampleDaemon sample;
  auto client = sample.connect();
  CHECK(client.get("/users/1").json().at("name") == "User 1");
  CHECK(client.get("/users/1000").json().at("name") == "User 1000");
  check_problem(client.get("/users/1001"), 404, "user-not-found", "/users/1001");
  check_problem(client.get("/users/9223372036854775807"), 404, "user-not-found",
                "/users/9223372036854775807");
}

TEST_CASE("a malformed id is refused as invalid-id") {
  SampleDaemon sample;
  auto client = sample.connect();
  const std::vector<std::string> bad{"0",
                                     "-1",
                                     "+1",
                                     "abc",
                                     "42x",
                                     "x42",
                                     "1e3",
                                     "0x2a",
                                     "%2042",
                                     "42%20",
                                     "042",
                                     "00",
                                     "1.0",
                                     "4,2",
                                     "4_2",
                                     "%D9%A4%D9%A2",
                                     "%EF%BC%94",
                                     "%34%00",
                                     "9223372036854775808",
                                     "18446744073709551657",
                                     "99999999999999999999999999999999999999"};
  for (const auto& id : bad) {
    INFO("id: " << id);
    const auto target = "/users/" + id;
    check_problem(client.get(target), 400, "invalid-id", target);
  }
}

TEST_CASE("a malformed id is refused in the same way by every method") {
  SampleDaemon sample;
  auto client = sample.connect();
  const std::string body = R"({"name":"Ada"})";
  check_problem(client.write("PUT", "/users/0", body), 400, "invalid-id", "/users/0");
  check_problem(client.write("PATCH", "/users/1e3", body), 400, "invalid-id", "/users/1e3");
  check_problem(client.ask({.method = "DELETE", .target = "/users/-1"}), 400, "invalid-id",
                "/users/-1");
  const auto head = client.ask({.method = "HEAD", .target = "/users/abc"});
  CHECK(head.status == 400);
  CHECK(head.header("Content-Length").value_or("0") != "0");
}

TEST_CASE("digits in another encoding are the same id") {
  SampleDaemon sample;
  auto client = sample.connect();
  // RFC 3986 6.2.2.2: a percent-encoded unreserved character is the character.
  CHECK(client.get("/users/%34%32").json().at("id") == 42);
}

TEST_CASE("HEAD of a user has the fields and the length of its GET, and no body") {
  SampleDaemon sample;
  auto client = sample.connect();
  for (const std::string target : {"/users/42", "/users/1001", "/users/0", "/nowhere"}) {
    INFO(target);
    const auto got = client.get(target);
    const auto head = client.ask({.method = "HEAD", .target = target});
    CHECK(head.status == got.status);
    CHECK(head.header("Content-Type") == got.header("Content-Type"));
    CHECK(head.header("ETag") == got.header("ETag"));
    CHECK(head.header("Content-Length") == std::to_string(got.body.size()));
  }
}

TEST_CASE("If-None-Match of the current version answers 304 without a body and its length") {
  SampleDaemon sample;
  auto client = sample.connect();
  for (const std::string tag : {"\"1\"", "W/\"1\"", "\"7\", \"1\"", "\"7\",W/\"1\"", "*"}) {
    for (const std::string method : {"GET", "HEAD"}) {
      INFO(method << " If-None-Match: " << tag);
      const auto answer = client.ask(
          {.method = method, .target = "/users/42", .headers = {{"If-None-Match", tag}}});
      CHECK(answer.status == 304);
      CHECK(answer.header("ETag") == "\"1\"");
      CHECK_FALSE(answer.header("Content-Length"));
    }
  }
  CHECK(client.get("/users/42").status == 200);  // so no 304 had a body
}

TEST_CASE("If-None-Match of another version answers the user") {
  SampleDaemon sample;
  auto client = sample.connect();
  CHECK(client.get("/users/42", {{"If-None-Match", "\"2\""}}).status == 200);
  CHECK(client.get("/users/42", {{"If-None-Match", "\"11\""}}).status == 200);
  CHECK(client.get("/users/42", {{"If-None-Match", "\"abc\""}}).status == 200);
  CHECK(client.get("/users/1001", {{"If-None-Match", "*"}}).status == 404);
}

}  // namespace rollcall::tests
