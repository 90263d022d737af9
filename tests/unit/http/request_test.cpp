#include <string>

#include "http/wire/media_type.hpp"
#include "http/wire/request_checks.hpp"
#include "http/wire/request_timeout.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/http/request.hpp"

namespace rollcall::http {
namespace {

using std::chrono::milliseconds;
using tests::MadeRequest;

const RequestLimits limits{100, 50, 40, 3};

std::optional<ProblemType> refused(MadeRequest& request) {
  auto error = refuse_message(request.get(), limits);
  if (!error) return std::nullopt;
  return error->type;
}

TEST_CASE("an ordinary message is accepted") {
  MadeRequest request(Method::get, "/users/1");
  CHECK_FALSE(refused(request));
}

TEST_CASE("HTTP/1.1 needs exactly one Host") {
  MadeRequest none(Method::get, "/");
  none.without_fields();
  CHECK(refused(none) == ProblemType::bad_request);
  MadeRequest two(Method::get, "/");
  two.with("hOST", "localhost");
  CHECK(refused(two) == ProblemType::bad_request);
}

TEST_CASE("HTTP/1.0 needs no Host, but has no two either") {
  MadeRequest none(Method::get, "/");
  none.without_fields().version(1, 0);
  CHECK_FALSE(refused(none));
  none.with("Host", "a").with("Host", "b");
  CHECK(refused(none) == ProblemType::bad_request);
}

TEST_CASE("other versions than 1.0 and 1.1 are refused") {
  auto [major, minor] =
      GENERATE(std::pair{0, 9}, std::pair{1, 2}, std::pair{2, 0}, std::pair{9, 9});
  MadeRequest request(Method::get, "/");
  request.version(major, minor);
  CHECK(refused(request) == ProblemType::bad_request);
}

TEST_CASE("white space before a field's colon is refused") {
  MadeRequest request(Method::get, "/");
  request.with("Transfer-Encoding ", "chunked");
  CHECK(refused(request) == ProblemType::bad_request);
}

TEST_CASE("what is at a limit passes and what is over it does not") {
  MadeRequest target(Method::get, "/" + std::string(49, 'a'));
  CHECK_FALSE(refused(target));
  MadeRequest long_target(Method::get, "/" + std::string(50, 'a'));
  CHECK(refused(long_target) == ProblemType::uri_too_long);

  MadeRequest field(Method::get, "/");
  field.with("X-Abc", std::string(35, 'a'));
  CHECK_FALSE(refused(field));
  MadeRequest long_field(Method::get, "/");
  long_field.with("X-Abc", std::string(36, 'a'));
  CHECK(refused(long_field) == ProblemType::header_fields_too_large);

  MadeRequest fields(Method::get, "/");
  fields.with("A", "1").with("B", "2");
  CHECK_FALSE(refused(fields));
  fields.with("C", "3");
  CHECK(refused(fields) == ProblemType::header_fields_too_large);

  MadeRequest body(Method::post, "/users");
  body.body(std::string(100, 'a'));
  CHECK_FALSE(refused(body));
  body.body(std::string(101, 'a'));
  CHECK(refused(body) == ProblemType::content_too_large);
}

std::optional<Problem> refused_type(const std::string& type) {
  MadeRequest request(Method::post, "/users");
  request.with("content-type", type);
  return refuse_media_type(request.get(), {"application/json"});
}

TEST_CASE("JSON in UTF-8 is read, whatever the case of its type") {
  std::string type =
      GENERATE("application/json", "Application/JSON", "application/json;charset=utf-8",
               "application/json ; charset=\"UTF-8\"", "application/json;");
  INFO(type);
  CHECK_FALSE(refused_type(type));
}

TEST_CASE("a body of another type is not read") {
  std::string type = GENERATE("", "text/plain", "application/xml", "application/jsonx", "json",
                              "application/json;charset=latin1", "application/json; version=2",
                              "application/x-www-form-urlencoded", "application/json, text/plain");
  INFO(type);
  auto error = refused_type(type);
  REQUIRE(error);
  CHECK(error->type == ProblemType::unsupported_media_type);
}

TEST_CASE("a body without a type is not read") {
  MadeRequest request(Method::post, "/users");
  CHECK(refuse_media_type(request.get(), {"application/json"}));
}

TEST_CASE("a compressed body is not read") {
  MadeRequest request(Method::post, "/users");
  request.with("Content-Type", "application/json").with("Content-Encoding", "gzip");
  CHECK(refuse_media_type(request.get(), {"application/json"}));
}

TEST_CASE("a browser prefers HTML, and curl does not") {
  struct Row {
    std::string accept;
    bool html;
  };
  auto row =
      GENERATE(Row{"text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8", true},
               Row{"text/html", true}, Row{"TEXT/HTML", true}, Row{"*/*", false},
               Row{"text/*", false}, Row{"text/plain", false}, Row{"text/plain, text/html", false},
               Row{"text/plain;q=0.5, text/html", true}, Row{"text/html;q=0.5, text/plain", false},
               Row{"text/html;q=0, */*", false}, Row{"application/json", false}, Row{"", false},
               Row{"text/html;q=x", true}, Row{"text/html ; q=0.9, */*;q=0.1", true});
  INFO(row.accept);
  MadeRequest request(Method::get, "/");
  request.with("Accept", row.accept);
  CHECK(prefers_html(request.get()) == row.html);
}

TEST_CASE("a client that does not say what it accepts gets text") {
  MadeRequest request(Method::get, "/");
  CHECK_FALSE(prefers_html(request.get()));
}

TEST_CASE("a request may take what the server allows, or less if the client says so") {
  struct Row {
    std::string value;
    int milliseconds;
  };
  auto row = GENERATE(Row{"1", 1'000}, Row{"0.25", 250}, Row{" 1.5 ", 1'500}, Row{"2", 2'000},
                      Row{"999999999", 2'000}, Row{"0.0001", 1}, Row{"0.000000001", 1},
                      Row{"007", 2'000}, Row{"1.000000001", 1'001});
  INFO(row.value);
  MadeRequest request(Method::get, "/users/1");
  request.with("request-timeout", row.value);
  auto timeout = parse_request_timeout(request.get(), milliseconds{2'000});
  REQUIRE(timeout);
  CHECK(*timeout == milliseconds{row.milliseconds});
}

TEST_CASE("without Request-Timeout the server's limit holds") {
  MadeRequest request(Method::get, "/users/1");
  CHECK(*parse_request_timeout(request.get(), milliseconds{2'000}) == milliseconds{2'000});
}

TEST_CASE("a malformed Request-Timeout is an invalid parameter that is named") {
  std::string value = GENERATE("", "0", "0.0", "-1", "+1", "1s", "1e3", "1.", ".5", "1.2.3", "inf",
                               "nan", "1,5", "10000000000", "1.0000000001");
  INFO(value);
  MadeRequest request(Method::get, "/users/1");
  request.with("Request-Timeout", value);
  auto timeout = parse_request_timeout(request.get(), milliseconds{2'000});
  REQUIRE_FALSE(timeout);
  CHECK(timeout.error().type == ProblemType::invalid_parameter);
  CHECK(timeout.error().detail.find("Request-Timeout") == 0);
}

}  // namespace
}  // namespace rollcall::http
