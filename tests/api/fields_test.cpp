// Usernames, external ids, closed accounts and attributes over HTTP.
#include "tests/support/catch.hpp"
#include "tests/support/daemon/daemon_process.hpp"
#include "tests/support/daemon/users.hpp"

namespace rollcall::tests {
namespace {

bool contains_text(const Response& answer, std::string_view text) {
  return answer.body.find(text) != std::string::npos;
}

}  // namespace

TEST_CASE("a user is answered with the fields that it was given, its attributes byte for byte") {
  DaemonProcess daemon({.loops = 3});
  HttpClient client(daemon.port());
  const auto created = client.write(
      "POST", "/users",
      R"({"attributes":{"z": 1.0,"a":[-0,12345678901234567890123]},"active":false,"name":"Ada",)"
      R"("external_id":"x 1","username":"Ada"})");
  REQUIRE(created.status == 201);
  CHECK(created.body.starts_with(
      R"({"id":1,"username":"Ada","name":"Ada","email":null,"external_id":"x 1","active":false,)"
      R"("attributes":{"z":1.0,"a":[-0,12345678901234567890123]},"version":1,"created_at":")"));
  CHECK(client.get("/users/1").body == created.body);
  CHECK(contains_text(client.get("/users"), created.body));
  CHECK(client.write("PUT", "/users/1", created.body).body == created.body);
}

TEST_CASE("PUT sets what it does not give to null, true and {}") {
  DaemonProcess daemon({.loops = 1});
  HttpClient client(daemon.port());
  client.write("POST", "/users",
               R"({"name":"Ada","username":"ada","external_id":"1","active":false,)"
               R"("attributes":{"a":1}})");
  const auto put = client.write("PUT", "/users/1", R"({"name":"Ada"})");
  REQUIRE(put.status == 200);
  CHECK(put.body.starts_with(
      R"({"id":1,"username":null,"name":"Ada","email":null,"external_id":null,"active":true,)"
      R"("attributes":{},"version":2,)"));
}

TEST_CASE("PATCH merges attributes") {
  DaemonProcess daemon({.loops = 1});
  HttpClient client(daemon.port());
  client.write("POST", "/users", R"({"name":"Ada","attributes":{"a":{"b":1.0,"c":2},"d":[1]}})");
  const auto merged = client.write("PATCH", "/users/1",
                                   R"({"attributes":{"a":{"c":null},"d":[{"x":null}],"e":3}})");
  REQUIRE(merged.status == 200);
  CHECK(
      contains_text(merged, R"("attributes":{"a":{"b":1.0},"d":[{"x":null}],"e":3},"version":2)"));
  const auto same = client.write("PATCH", "/users/1", R"({"attributes":{"e":3,"f":null}})");
  CHECK(same.body == merged.body);
  const std::string long_text = "{\"attributes\":{\"t\":\"" + std::string(8'150, 'x') + "\"}}";
  const auto refused = client.write("PATCH", "/users/1", long_text);
  check_problem(refused, 422, "validation-failed", "/users/1");
  CHECK(invalid_fields(refused) == std::vector<std::string>{"/attributes"});
  CHECK(refused.header("ETag") == "\"2\"");
}

TEST_CASE("a username or external id that is taken is refused as a problem of its own") {
  DaemonProcess daemon({.loops = 3});
  HttpClient client(daemon.port());
  client.write("POST", "/users", R"({"name":"Ada","username":"ada","external_id":"A"})");
  client.write("POST", "/users", R"({"name":"Bob"})");
  const auto check = [&](const std::string& fields, const std::string& slug,
                         const std::string& pointer) {
    const auto body = "{\"name\":\"Bob\"," + fields + "}";
    for (const auto& [method, target] : std::vector<std::pair<std::string, std::string>>{
             {"POST", "/users"}, {"PUT", "/users/2"}, {"PATCH", "/users/2"}}) {
      const auto answer = client.write(method, target, body);
      check_problem(answer, 409, slug, target);
      CHECK(invalid_fields(answer) == std::vector<std::string>{pointer});
    }
  };
  check(R"("username":"ADA")", "username-taken", "/username");
  check(R"("external_id":"A")", "external-id-taken", "/external_id");
  check(R"("external_id":"A","username":"Ada")", "username-taken", "/username");
  CHECK(client.write("PATCH", "/users/2", R"({"external_id":"a"})").status == 200);
}

TEST_CASE("a field of a wrong type or beyond its limits is named with what is allowed") {
  DaemonProcess daemon({.loops = 1});
  HttpClient client(daemon.port());
  const auto answer = client.write(
      "POST", "/users",
      R"({"name":"Ada","username":"a b","external_id":"","active":null,"attributes":[]})");
  check_problem(answer, 422, "validation-failed", "/users");
  CHECK(invalid_fields(answer) ==
        std::vector<std::string>{"/active", "/attributes", "/external_id", "/username"});
  CHECK(contains_text(answer, "must be true or false"));
  CHECK(contains_text(answer, "must be a JSON object"));
  const auto deep =
      client.write("POST", "/users", R"({"name":"Ada","attributes":{"a":[[[[[[[[1]]]]]]]]}})");
  check_problem(deep, 422, "validation-failed", "/users");
  CHECK(contains_text(deep, "is nested more than 8 deep"));
  const auto huge = client.write("POST", "/users", R"({"name":"Ada","attributes":{"a":1e400}})");
  check_problem(huge, 400, "malformed-json", "/users");
  CHECK(contains_text(huge, "out of range"));
}

}  // namespace rollcall::tests
