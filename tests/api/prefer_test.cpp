// Prefer: return=minimal and return=representation.
#include <string>

#include "tests/support/catch.hpp"
#include "tests/support/daemon/daemon_process.hpp"
#include "tests/support/daemon/users.hpp"

namespace rollcall::tests {

namespace {

constexpr auto confirmation = "Preference-Applied";

void check_minimal(const Response& response, int status, const std::string& tag) {
  INFO(response.status << " " << response.body);
  CHECK(response.status == status);
  CHECK(response.body.empty());
  CHECK_FALSE(response.header("Content-Type"));
  CHECK(response.header(confirmation) == "return=minimal");
  CHECK(response.header("ETag") == tag);
  CHECK(response.header("Cache-Control") == "private, no-cache");
}

const Headers return_minimal{{"Prefer", "return=minimal"}};

}  // namespace

TEST_CASE("with return=minimal a write is answered without the user, and carried out") {
  DaemonProcess daemon({.loops = 3});
  HttpClient client(daemon.port());
  const auto created = client.write("POST", "/users", R"({"name":"Ada"})", return_minimal);
  check_minimal(created, 201, "\"1\"");
  CHECK(created.header("Content-Length") == "0");
  const auto user = created.header("Location").value();
  CHECK(client.get(user).json().at("name") == "Ada");
  const auto replaced = client.write("PUT", user, R"({"name":"Augusta"})", return_minimal);
  check_minimal(replaced, 204, "\"2\"");
  CHECK_FALSE(replaced.header("Content-Length"));
  CHECK(client.get(user).json().at("name") == "Augusta");
  check_minimal(client.write("PATCH", user, R"({"email":"a@b.c"})", return_minimal), 204, "\"3\"");
  check_minimal(client.write("PATCH", user, R"({"email":"a@b.c"})", return_minimal), 204, "\"3\"");
  const auto found = client.get(user);
  CHECK(found.json().at("email") == "a@b.c");
  CHECK(found.header("ETag") == "\"3\"");
}

TEST_CASE("the user is in the answer by default, and return=representation is confirmed") {
  DaemonProcess daemon({.loops = 1});
  HttpClient client(daemon.port());
  const auto created = client.write("POST", "/users", R"({"name":"Ada"})");
  REQUIRE(created.status == 201);
  CHECK_FALSE(created.header(confirmation));
  const Headers wanted{{"Prefer", "respond-async"}, {"Prefer", "return=representation, wait=5"}};
  const auto replaced = client.write("PUT", "/users/1", R"({"name":"Eve"})", wanted);
  CHECK(replaced.status == 200);
  CHECK(replaced.json().at("name") == "Eve");
  CHECK(replaced.header(confirmation) == "return=representation");
}

TEST_CASE("a preference that is unknown or malformed changes nothing and is no error") {
  DaemonProcess daemon({.loops = 1});
  HttpClient client(daemon.port());
  REQUIRE(client.write("POST", "/users", R"({"name":"Ada"})").status == 201);
  for (const std::string value : {"return=other", "return", "return=", "minimal", "=,;\"", "",
                                  "return=none, return=minimal", "return=\"minimal"}) {
    INFO(value);
    const auto answer = client.write("PATCH", "/users/1", "{}", {{"Prefer", value}});
    CHECK(answer.status == 200);
    CHECK(answer.json().at("name") == "Ada");
    CHECK_FALSE(answer.header(confirmation));
  }
}

TEST_CASE("return=minimal leaves errors, reads and deletes as they are") {
  DaemonProcess daemon({.loops = 1});
  HttpClient client(daemon.port());
  check_problem(client.write("POST", "/users", "{}", return_minimal), 422, "validation-failed",
                "/users");
  check_problem(client.write("PUT", "/users/1", R"({"name":"Ada"})", return_minimal), 404,
                "user-not-found", "/users/1");
  REQUIRE(client.write("POST", "/users", R"({"name":"Ada"})", return_minimal).status == 201);
  const auto found = client.get("/users/1", return_minimal);
  CHECK(found.json().at("name") == "Ada");
  CHECK_FALSE(found.header(confirmation));
  const auto gone =
      client.ask({.method = "DELETE", .target = "/users/1", .headers = return_minimal});
  CHECK(gone.status == 204);
  CHECK_FALSE(gone.header(confirmation));
}

}  // namespace rollcall::tests
