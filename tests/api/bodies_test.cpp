// Invalid bodies: each gets the right slug, and a 422 names every wrong field.
#include <algorithm>

#include "tests/support/catch.hpp"
#include "tests/support/daemon/daemon_process.hpp"
#include "tests/support/daemon/users.hpp"

namespace rollcall::tests {

namespace {

std::string nested(int depth) {
  return std::string(static_cast<std::size_t>(depth), '[') +
         std::string(static_cast<std::size_t>(depth), ']');
}

void check_errors(const Response& response, const std::string& target,
                  const std::vector<std::string>& pointers) {
  check_problem(response, 422, "validation-failed", target);
  CHECK(invalid_fields(response) == pointers);
}

}  // namespace

TEST_CASE("a body that is no JSON object is refused as malformed-json") {
  DaemonProcess daemon({.loops = 3});
  HttpClient client(daemon.port());
  REQUIRE(client.write("POST", "/users", R"({"name":"Ada"})").status == 201);
  const std::vector<std::string> bad{
      "",
      " ",
      "{",
      "name=Ada",
      "{\"name\":\"Ada\"",
      "{\"name\":\"Ada\"} x",
      "{'name':'Ada'}",
      "{\"name\":\"Ada\",}",
      "{\"name\":\"Ada\"}{\"name\":\"Ada\"}",
      "[]",
      "[{\"name\":\"Ada\"}]",
      "\"Ada\"",
      "42",
      "null",
      "true",
      "{\"name\":\"Ada\",\"name\":\"Eve\"}",         // a key twice
      "{\"name\":\"Ada\",\"na\\u006de\":\"Eve\"}",   // the same, written in another way
      "{\"name\":\"Ada\",\"x\":{\"a\":1,\"a\":2}}",  // a key twice, deeper
      "{\"name\":\"\xff\"}",
      "{\"name\":\"\xc3\"}",  // not UTF-8
      "{\"name\":\"\xc0\xaf\"}",
      "{\"name\":\"\xed\xa0\x80\"}",  // overlong; a surrogate
      "{\"name\":\"\\ud800\"}",       // half of a surrogate pair
      "{\"name\":\"A\nda\"}",         // a raw control character
      "{\"name\":NaN}",
      "{\"name\":01}",
      "{\"x\":" + nested(32) + ",\"name\":\"Ada\"}",  // 33 deep with the object itself
      nested(20'000),
  };
  for (const auto& body : bad) {
    INFO("body: " << body.substr(0, 80));
    check_problem(client.write("POST", "/users", body), 400, "malformed-json", "/users");
    check_problem(client.write("PUT", "/users/1", body), 400, "malformed-json", "/users/1");
    check_problem(client.write("PATCH", "/users/1", body), 400, "malformed-json", "/users/1");
  }
  CHECK(client.get("/users/1").json().at("version") == 1);
}

TEST_CASE("a body 32 deep is read") {
  DaemonProcess daemon({.loops = 3});
  HttpClient client(daemon.port());
  check_errors(client.write("POST", "/users", R"({"x":)" + nested(31) + R"(,"name":"Ada"})"),
               "/users", {"/x"});
}

TEST_CASE("a wrong field is named in a 422") {
  DaemonProcess daemon({.loops = 3});
  HttpClient client(daemon.port());
  const auto name = [&](const Json& value) {
    return client.write("POST", "/users", Json{{"name", value}}.dump());
  };
  const auto email = [&](const Json& value) {
    return client.write("POST", "/users", Json{{"name", "Ada"}, {"email", value}}.dump());
  };
  std::string long_name;
  for (int i = 0; i < 201; ++i) long_name += "é";
  const std::vector<Json> bad_names{
      "",        "   ",     "\t\n",        "\u00a0\u2003", "A\nda",
      "A\u0001", "A\u007f", "A\u0085da",   long_name,      42,
      true,      nullptr,   Json::array(), Json::object(), std::string("A\0da", 4)};
  for (const auto& value : bad_names) {
    INFO("name: " << value.dump());
    check_errors(name(value), "/users", {"/name"});
  }
  const std::vector<Json> bad_emails{"",
                                     "ada",
                                     "@",
                                     "ada@",
                                     "@example.org",
                                     "a@b@c",
                                     "a da@example.org",
                                     "ada@exam ple.org",
                                     "ada@example.org\n",
                                     std::string(245, 'a') + "@example.org",
                                     42,
                                     false,
                                     Json::array()};
  for (const auto& value : bad_emails) {
    INFO("email: " << value.dump());
    check_errors(email(value), "/users", {"/email"});
  }
  CHECK(email(std::string(242, 'a') + "@example.org").status == 201);  // 254 bytes
  CHECK(client.get("/users?limit=500").json().at("users").size() == 1);
}

TEST_CASE("a 422 names all wrong fields at once, unknown ones too") {
  DaemonProcess daemon({.loops = 3});
  HttpClient client(daemon.port());
  REQUIRE(client.write("POST", "/users", R"({"name":"Ada"})").status == 201);
  check_errors(client.write("POST", "/users", "{}"), "/users", {"/name"});
  const std::string body = R"({"name":" ","email":"nobody","age":3,"a/b~c":1})";
  const std::vector<std::string> all{"/age", "/a~1b~0c", "/email", "/name"};
  auto sorted = all;
  std::sort(sorted.begin(), sorted.end());
  check_errors(client.write("POST", "/users", body), "/users", sorted);
  check_errors(client.write("PUT", "/users/1", body), "/users/1", sorted);
  check_errors(client.write("PATCH", "/users/1", body), "/users/1", sorted);
}

TEST_CASE("a body of unknown keys gets an answer that is shorter than itself") {
  DaemonProcess daemon({.loops = 3});
  HttpClient client(daemon.port());
  REQUIRE(client.write("POST", "/users", R"({"name":"Ada"})").status == 201);
  std::string many = R"({"name":"Ada")";
  for (int i = 0; i < 6'000; ++i) many += ",\"" + std::to_string(i) + "\":0";
  many += "}";
  const std::string lengthy = R"({"name":"Ada",")" + std::string(60'000, 'x') + R"(":0})";
  for (const std::string method : {"POST", "PUT", "PATCH"}) {
    const std::string target = method == "POST" ? "/users" : "/users/1";
    const auto answer = client.write(method, target, many);
    check_problem(answer, 422, "validation-failed", target);
    CHECK(answer.json().at("detail") == "6000 fields are wrong; the first 32 are named");
    CHECK(invalid_fields(answer).size() == 32);
    CHECK(answer.body.size() < 4'000);
    check_errors(client.write(method, target, lengthy), target,
                 {"/" + std::string(100, 'x') + "\u2026"});
  }
}

TEST_CASE("fields that the server assigns can't be set by a client") {
  DaemonProcess daemon({.loops = 3});
  HttpClient client(daemon.port());
  check_errors(
      client.write("POST", "/users",
                   R"({"name":"Ada","id":7,"version":3,"created_at":"x","updated_at":"y"})"),
      "/users", {"/created_at", "/id", "/updated_at", "/version"});
}

TEST_CASE("a body of another media type is refused, and the connection stays open") {
  DaemonProcess daemon({.loops = 3});
  HttpClient client(daemon.port());
  REQUIRE(client.write("POST", "/users", R"({"name":"Ada"})").status == 201);
  const std::string body = R"({"name":"Ada"})";
  for (const std::string type :
       {"text/plain", "application/x-www-form-urlencoded", "application/jsonp", "json", ""}) {
    INFO("Content-Type: " << type);
    const Headers headers{{"Content-Type", type}};
    check_problem(client.write("POST", "/users", body, headers), 415, "unsupported-media-type",
                  "/users");
    check_problem(client.write("PUT", "/users/1", body, headers), 415, "unsupported-media-type",
                  "/users/1");
    check_problem(client.write("PATCH", "/users/1", body, headers), 415, "unsupported-media-type",
                  "/users/1");
  }
  check_problem(
      client.write("POST", "/users", body, {{"Content-Type", "application/merge-patch+json"}}), 415,
      "unsupported-media-type", "/users");
}

}  // namespace rollcall::tests
