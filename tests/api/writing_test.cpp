// POST, PUT, PATCH and DELETE that succeed.
#include "tests/support/catch.hpp"
#include "tests/support/daemon/daemon_process.hpp"
#include "tests/support/daemon/users.hpp"

namespace rollcall::tests {

TEST_CASE("a create answers 201 with the user, its Location and its version") {
  DaemonProcess daemon({.loops = 3});
  HttpClient client(daemon.port());
  const auto created =
      client.write("POST", "/users", R"({"name":"  Ada Lovelace ","email":"Ada@example.org"})");
  INFO(created.body);
  REQUIRE(created.status == 201);
  CHECK(created.header("Location") == "/users/1");
  CHECK(created.header("ETag") == "\"1\"");
  CHECK(created.header("Content-Type").value_or("").starts_with("application/json"));
  const auto user = created.json();
  CHECK(user.at("id") == 1);
  CHECK(user.at("name") == "Ada Lovelace");
  CHECK(user.at("email") == "Ada@example.org");
  CHECK(user.at("version") == 1);
  CHECK(client.get("/users/1").body == created.body);
}

TEST_CASE("a create without an e-mail, or with null, has none") {
  DaemonProcess daemon({.loops = 3});
  HttpClient client(daemon.port());
  CHECK(client.write("POST", "/users", R"({"name":"Ada"})").json().at("email").is_null());
  CHECK(client.write("POST", "/users", R"({"name":"Ada","email":null})")
            .json()
            .at("email")
            .is_null());
}

TEST_CASE("names of many scripts come back as they were sent") {
  DaemonProcess daemon({.loops = 3});
  HttpClient client(daemon.port());
  const std::string name = "Åsa 李雷 🙂 \"quoted\" \\ </script> O'Hara";
  const auto created = client.write("POST", "/users", Json{{"name", name}}.dump());
  REQUIRE(created.status == 201);
  CHECK(client.get("/users/1").json().at("name") == name);
  std::string longest;
  for (int i = 0; i < 200; ++i) longest += "李";
  CHECK(client.write("POST", "/users", Json{{"name", longest}}.dump()).status == 201);
}

TEST_CASE("a body may be sent in chunks") {
  DaemonProcess daemon({.loops = 3});
  HttpClient client(daemon.port());
  client.send(
      "POST /users HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n"
      "Transfer-Encoding: chunked\r\n\r\n"
      "8\r\n{\"name\":\r\n6\r\n\"Ada\"}\r\n0\r\n\r\n");
  CHECK(client.read().status == 201);
}

TEST_CASE("the media type of a body may have parameters and any case") {
  DaemonProcess daemon({.loops = 3});
  HttpClient client(daemon.port());
  for (const std::string type : {"application/json; charset=utf-8", "Application/JSON"}) {
    INFO(type);
    CHECK(client.write("POST", "/users", R"({"name":"Ada"})", {{"Content-Type", type}}).status ==
          201);
  }
  CHECK(client
            .write("PATCH", "/users/1", R"({"name":"Eve"})",
                   {{"Content-Type", "application/merge-patch+json"}})
            .status == 200);
}

TEST_CASE("PUT replaces: an e-mail that is not given is removed") {
  DaemonProcess daemon({.loops = 3});
  HttpClient client(daemon.port());
  client.write("POST", "/users", R"({"name":"Ada","email":"ada@example.org"})");
  const auto put = client.write("PUT", "/users/1", R"({"name":"Eve"})");
  REQUIRE(put.status == 200);
  CHECK(put.header("ETag") == "\"2\"");
  CHECK(put.json().at("name") == "Eve");
  CHECK(put.json().at("email").is_null());
  CHECK(put.json().at("version") == 2);
  CHECK(put.json().at("updated_at") >= put.json().at("created_at"));
  CHECK(client.get("/users/1").body == put.body);
  check_problem(client.write("PUT", "/users/1", R"({"email":"x@example.org"})"), 422,
                "validation-failed", "/users/1");
}

TEST_CASE("a write that changes nothing is answered with the user as it is, and its version") {
  DaemonProcess daemon({.loops = GENERATE(1, 3)});
  HttpClient client(daemon.port());
  client.write("POST", "/users", R"({"name":"Ada"})");
  const std::string body = R"({"name":"Eve","email":"eve@example.org"})";
  const auto put = client.write("PUT", "/users/1", body);
  CHECK(put.header("ETag") == "\"2\"");
  const auto repeated = client.write("PUT", "/users/1", body);
  CHECK(repeated.status == 200);
  CHECK(repeated.header("ETag") == "\"2\"");
  CHECK(repeated.body == put.body);
  for (const std::string patch : {"{}", R"({"name":"Eve"})", R"({"email":"eve@example.org"})"}) {
    INFO(patch);
    CHECK(client.write("PATCH", "/users/1", patch).body == put.body);
  }
  CHECK(client.get("/users/1").body == put.body);
}

TEST_CASE("PATCH changes what is given, and null removes the e-mail") {
  DaemonProcess daemon({.loops = 3});
  HttpClient client(daemon.port());
  client.write("POST", "/users", R"({"name":"Ada","email":"ada@example.org"})");
  const auto renamed = client.write("PATCH", "/users/1", R"({"name":"Eve"})");
  CHECK(renamed.status == 200);
  CHECK(renamed.header("ETag") == "\"2\"");
  CHECK(renamed.json().at("name") == "Eve");
  CHECK(renamed.json().at("email") == "ada@example.org");
  const auto moved = client.write("PATCH", "/users/1", R"({"email":"eve@example.org"})");
  CHECK(moved.json().at("name") == "Eve");
  CHECK(moved.json().at("email") == "eve@example.org");
  const auto removed = client.write("PATCH", "/users/1", R"({"email":null})");
  CHECK(removed.status == 200);
  CHECK(removed.json().at("email").is_null());
  CHECK(removed.json().at("name") == "Eve");
  check_problem(client.write("PATCH", "/users/1", R"({"name":null})"), 422, "validation-failed",
                "/users/1");
  CHECK(client.get("/users/1").body == removed.body);
}

TEST_CASE("a user may keep its own e-mail, in another case too") {
  DaemonProcess daemon({.loops = 3});
  HttpClient client(daemon.port());
  client.write("POST", "/users", R"({"name":"Ada","email":"ada@example.org"})");
  const auto answer =
      client.write("PUT", "/users/1", R"({"name":"Ada","email":"ADA@example.org"})");
  CHECK(answer.status == 200);
  CHECK(answer.json().at("email") == "ADA@example.org");
}

TEST_CASE("DELETE answers 204 without a length, then the user is not found") {
  DaemonProcess daemon({.loops = 3});
  HttpClient client(daemon.port());
  client.write("POST", "/users", R"({"name":"Ada","email":"ada@example.org"})");
  CHECK(client.get("/users/1").status == 200);
  const auto gone = client.ask({.method = "DELETE", .target = "/users/1"});
  CHECK(gone.status == 204);
  CHECK_FALSE(gone.header("Content-Length").has_value());
  CHECK_FALSE(gone.header("Transfer-Encoding").has_value());
  check_problem(client.get("/users/1"), 404, "user-not-found", "/users/1");
  check_problem(client.ask({.method = "DELETE", .target = "/users/1"}), 404, "user-not-found",
                "/users/1");
  check_problem(client.write("PUT", "/users/1", R"({"name":"Ada"})"), 404, "user-not-found",
                "/users/1");
  check_problem(client.write("PATCH", "/users/1", R"({"name":"Ada"})"), 404, "user-not-found",
                "/users/1");
}

TEST_CASE("an id is never given twice, but an e-mail that was given up is free") {
  DaemonProcess daemon({.loops = 3});
  HttpClient client(daemon.port());
  const std::string body = R"({"name":"Ada","email":"ada@example.org"})";
  REQUIRE(client.write("POST", "/users", body).status == 201);
  REQUIRE(client.ask({.method = "DELETE", .target = "/users/1"}).status == 204);
  const auto again = client.write("POST", "/users", body);
  CHECK(again.status == 201);
  CHECK(again.json().at("id") == 2);
}

}  // namespace rollcall::tests
