// Authorities that mean the same server (RFC 9110 4.2.3, RFC 3986 6.2.3).
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "http/wire/authority.hpp"
#include "http/wire/syntax/head_validator.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/http/request.hpp"

namespace rollcall::http {
namespace {

using tests::MadeRequest;

using Pairs = std::vector<std::pair<std::string, std::string>>;

const Pairs same_for_http{{"a", "a"},
                          {"a", "a:80"},
                          {"a", "a:"},
                          {"a:80", "a:"},
                          {"a.b", "A.B:80"},
                          {"a:8080", "A:8080"},
                          {"a:", "A"},
                          {"[::1]", "[::1]:"},
                          {"[::1]", "[::1]:80"},
                          {"1.2.3.4", "1.2.3.4:80"},
                          {"[2001:db8::a]:80", "[2001:DB8::A]"}};

const Pairs different_for_http{
    {"a", "b"},         {"a", "a:443"},           {"a", "a:8"},     {"a", "a:800"}, {"a:81", "a"},
    {"a:80", "a:81"},   {"a:8080", "a:8081"},     {"a:80", "b:80"}, {"a", "a."},    {"a", "a80"},
    {"[::1]", "[::2]"}, {"[::1]:80", "[::1]:81"}, {"a", "xa:80"},   {"a:", "b:"}};

// The status that a head is refused with; 0 if it is valid.
int status_beside_host(const std::string& target, const std::string& host) {
  auto text = "GET " + target + " HTTP/1.1\r\nHost: " + host + "\r\n\r\n";
  HeadValidator validator{RequestLimits{}};
  const auto validity = validator.validate(text);
  return validity == Validity::valid ? 0 : describe(validator.problem().type).status;
}

bool may_write(const std::string& origin, const std::string& host) {
  MadeRequest request(Method::put, "/users/1");
  request.without_fields().with("Host", host).with("Origin", origin);
  return !refuse_origin(request.get(), AllowedHosts("127.0.0.1", {"*"}), Cors());
}

TEST_CASE("a target and a Host that differ in case, an empty port or http's port are the same") {
  for (const auto& [left, right] : same_for_http) {
    INFO(left << ", " << right);
    CHECK(status_beside_host("http://" + left + "/", right) == 0);
    CHECK(status_beside_host("HTTP://" + right, left) == 0);
  }
  for (const auto& [left, right] : different_for_http) {
    INFO(left << ", " << right);
    CHECK(status_beside_host("http://" + left + "/", right) == 400);
    CHECK(status_beside_host("http://" + right + "?b", left) == 400);
  }
}

TEST_CASE("the default port of a target is that of its scheme") {
  CHECK(status_beside_host("https://a/", "a:443") == 0);
  CHECK(status_beside_host("HTTPS://a:443/", "A") == 0);
  CHECK(status_beside_host("https://a/", "a:80") == 400);
  CHECK(status_beside_host("http://a/", "a:443") == 400);
}

TEST_CASE("an Origin and a Host that differ in case, an empty port or http's port are the same") {
  for (const auto& [left, right] : same_for_http) {
    INFO(left << ", " << right);
    CHECK(may_write("http://" + left, right));
    CHECK(may_write("HTTP://" + right, left));
  }
  for (const auto& [left, right] : different_for_http) {
    INFO(left << ", " << right);
    CHECK_FALSE(may_write("http://" + left, right));
    CHECK_FALSE(may_write("http://" + right, left));
  }
  CHECK(may_write("https://a", "a:443"));
  CHECK(may_write("https://a:443", "a"));
  CHECK_FALSE(may_write("https://a", "a:80"));
  CHECK_FALSE(may_write("https://a:80", "a"));
}

TEST_CASE("an Origin that is no authority is not that of the Host, also if a part of it is") {
  for (const std::string origin :
       {"http://[a", "http://[a]", "http://[a]:80", "http://a:80:80", "http://a:80 ", "http://a:x",
        "http://u@a", "http://a:u@b", "http://a]", "http://", "http://:80", "http://a:80#",
        "http://a\\", "http://a,b"}) {
    INFO(origin);
    CHECK_FALSE(may_write(origin, "a"));
    CHECK_FALSE(may_write(origin, "a:80"));
  }
  CHECK_FALSE(may_write("http://::1", "[::1]"));
  CHECK_FALSE(may_write("http://[::1", "[::1]"));
}

}  // namespace
}  // namespace rollcall::http
