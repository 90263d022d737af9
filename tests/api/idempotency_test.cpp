// Idempotency-Key on POST /users.
#include <string>

#include "tests/support/catch.hpp"
#include "tests/support/daemon/daemon_process.hpp"
#include "tests/support/daemon/users.hpp"
#include "tests/support/http/repeating.hpp"

namespace rollcall::tests {

namespace {

const std::string ada = R"({"name":"Ada","email":"ada@example.org"})";

std::size_t count_users(HttpClient& client) {
  return client.get("/users?limit=500").json().at("users").size();
}

}  // namespace

TEST_CASE("a repeated create gets the first answer byte for byte, whatever became of the user") {
  DaemonProcess daemon({.loops = 3});
  HttpClient client(daemon.port());
  const Headers preference = GENERATE(Headers{}, Headers{{"Prefer", "return=minimal"}});
  const auto first = create_with_key(client, "k", ada, preference);
  CHECK(first.status == 201);
  CHECK_FALSE(first.header("Idempotency-Replayed"));
  CHECK(first.header("Location") == "/users/1");
  CHECK(first.header("ETag") == "\"1\"");
  CHECK(first.header("Content-Type").has_value() == preference.empty());
  const auto check_replay = [&] {
    HttpClient other(daemon.port());
    const auto again = create_with_key(other, "k", ada, preference);
    CHECK(is_replay(again));
    CHECK(kept_part(again) == kept_part(first));
  };
  check_replay();
  REQUIRE(client.write("PATCH", "/users/1", R"({"name":"Augusta"})").status == 200);
  check_replay();
  CHECK(client.get("/users/1").json().at("name") == "Augusta");
  REQUIRE(client.ask({.method = "DELETE", .target = "/users/1"}).status == 204);
  check_replay();
  CHECK(count_users(client) == 0);
}

TEST_CASE("the answer to a create with a key is that to one without, the order of lines aside") {
  DaemonProcess daemon({.loops = 1});
  HttpClient client(daemon.port());
  const auto with = create_with_key(client, "k", R"({"name":"Ada"})");
  const auto without = client.write("POST", "/users", R"({"name":"Ada"})");
  CHECK(with.status == without.status);
  CHECK(with.headers.size() == without.headers.size());
  for (const char* name : {"Content-Type", "Content-Length", "ETag", "Cache-Control"}) {
    CHECK(with.header(name) == without.header(name));
  }
  CHECK(with.json().size() == without.json().size());
}

TEST_CASE("a key belongs to one request: another body or preference is a mismatch") {
  DaemonProcess daemon({.loops = 3});
  HttpClient client(daemon.port());
  const auto first = create_with_key(client, "k", ada);
  const auto check_mismatch = [&](const std::string& body, Headers headers = {}) {
    check_problem(create_with_key(client, "k", body, std::move(headers)), 422,
                  "idempotency-mismatch", "/users");
  };
  check_mismatch(R"({"name":"Bob"})");
  check_mismatch(ada + " ");
  check_mismatch(ada, {{"Prefer", "return=minimal"}});
  check_mismatch(ada, {{"Prefer", "return=representation"}});
  CHECK(count_users(client) == 1);
  CHECK(kept_part(create_with_key(client, "k", ada)) == kept_part(first));
  CHECK(create_with_key(client, "K", R"({"name":"Bob"})").status == 201);
}

TEST_CASE("a malformed or repeated Idempotency-Key is refused, with its name") {
  DaemonProcess daemon({.loops = 1});
  HttpClient client(daemon.port());
  for (const auto& key :
       {std::string(), std::string("a b"), std::string(256, 'k'), std::string("\xc3\xa9")}) {
    const auto refused = create_with_key(client, key, ada);
    check_problem(refused, 400, "invalid-parameter", "/users");
    CHECK(refused.body.find("Idempotency-Key") != std::string::npos);
  }
  check_problem(create_with_key(client, "k", ada, {{"Idempotency-Key", "k"}}), 400,
                "invalid-parameter", "/users");
  CHECK(count_users(client) == 0);
  CHECK(create_with_key(client, std::string(255, '~'), ada).status == 201);
  CHECK(is_replay(create_with_key(client, std::string(255, '~'), ada)));
}

TEST_CASE("a create that is refused keeps no answer, and is executed when it is repeated") {
  DaemonProcess daemon({.loops = 3});
  HttpClient client(daemon.port());
  const auto bob = create_user(client, "Bob");
  REQUIRE(client.write("PATCH", "/users/1", R"({"email":"ada@example.org"})").status == 200);
  check_problem(create_with_key(client, "k", ada), 409, "email-taken", "/users");
  check_problem(create_with_key(client, "k", R"({"name":""})"), 422, "validation-failed", "/users");
  check_problem(create_with_key(client, "k", ada, {{"If-Match", "\"1\""}}), 412,
                "precondition-failed", "/users");
  REQUIRE(client.write("PATCH", "/users/" + std::to_string(bob), R"({"email":null})").status ==
          200);
  const auto created = create_with_key(client, "k", ada);
  CHECK(created.status == 201);
  CHECK_FALSE(is_replay(created));
  CHECK(is_replay(create_with_key(client, "k", ada)));
}

TEST_CASE("an answer outlives its daemon, also where the next one would answer otherwise") {
  TempDir folder;
  DaemonOptions options{.database = folder / "users.db", .loops = 1};
  options.set = {"http.public_url=https://users.example.org/api"};
  Response first;
  {
    DaemonProcess daemon(options);
    HttpClient client(daemon.port());
    first = create_with_key(client, "k", ada);
    CHECK(first.header("Location") == "https://users.example.org/api/users/1");
  }
  options.set.clear();
  DaemonProcess daemon(options);
  HttpClient client(daemon.port());
  const auto again = create_with_key(client, "k", ada);
  CHECK(is_replay(again));
  CHECK(kept_part(again) == kept_part(first));
}

TEST_CASE("eight creates with one key at the same time make one user, and get one answer") {
  const int loops = GENERATE(1, 3);
  DaemonProcess daemon({.loops = loops});
  HttpClient client(daemon.port());
  for (int round = 0; round < 10; ++round) {
    const auto number = std::to_string(round);
    const Request create{"POST",
                         "/users",
                         {{"Content-Type", "application/json"}, {"Idempotency-Key", "k" + number}},
                         R"({"name":"Ada","email":"ada)" + number + "@example.org\"}"};
    check_one_created(race(std::vector(8, daemon.port()), create, [] {}));
  }
  CHECK(count_users(client) == 10);
}

TEST_CASE("other requests ignore the Idempotency-Key") {
  DaemonProcess daemon({.loops = 1});
  HttpClient client(daemon.port());
  create_user(client, "Ada");
  const Headers key{{"Idempotency-Key", "a b"}};
  CHECK(client.get("/users/1", key).status == 200);
  CHECK(client.write("PATCH", "/users/1", R"({"name":"Eve"})", key).status == 200);
  CHECK(client.write("PUT", "/users/1", R"({"name":"Bob"})", key).status == 200);
}

}  // namespace rollcall::tests
