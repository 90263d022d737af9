#include "http/wire/target.hpp"

#include "tests/support/catch.hpp"

namespace rollcall::http {
namespace {

TEST_CASE("scheme and host of an absolute target are skipped") {
  CHECK(parse_target("http://localhost:8080/users/42?a=b").path == "/users/42");
  CHECK(parse_target("http://localhost:8080/users/42?a=b").query == "a=b");
  CHECK(parse_target("HTTPS://Example.Org/users").path == "/users");
  CHECK(parse_target("http://localhost").path == "/");
  CHECK(parse_target("http://localhost?a=b").path == "/");
  CHECK(parse_target("http://localhost?a=b").query == "a=b");
  CHECK(path_of("http://localhost?a=b") == "/");
  CHECK(path_of("/users/42?a=b") == "/users/42");
}

TEST_CASE("a target without a scheme is split at its first question mark") {
  CHECK(parse_target("/users?limit=3?4").path == "/users");
  CHECK(parse_target("/users?limit=3?4").query == "limit=3?4");
  CHECK(parse_target("/http://x/users").path == "/http://x/users");
  CHECK(parse_target("").path == "/");
  CHECK(parse_target("*").path == "*");
  CHECK(parse_target("localhost:80").path == "localhost:80");
}

}  // namespace
}  // namespace rollcall::http
