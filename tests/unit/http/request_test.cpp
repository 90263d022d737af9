#include <string>

#include "http/wire/media_type.hpp"
#include "http/wire/request_timeout.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/http/request.hpp"

namespace rollcall::http {
namespace {

using std::chrono::milliseconds;
using tests::MadeRequest;

std::optional<Problem> refused_type(const std::string& type) {
  MadeRequest request(Method::post, "/users");
  request.with("content-type", type);
  return refuse_media_type(request.get(), "application/json");
}

TEST_CASE("JSON in UTF-8 is read, whatever the case of its type and the parameters") {
  std::string type =
      GENERATE("application/json", "Application/JSON", "application/json;charset=utf-8",
               "application/json ; charset=\"UTF-8\"", "application/json;",
               "application/json;charset=utf8", "application/json;charset=us-ascii",
               "application/json;v=1", "application/json; version=2; charset=utf-8");
  INFO(type);
  CHECK_FALSE(refused_type(type));
}

TEST_CASE("a body of another type is not read") {
  std::string type =
      GENERATE("", "text/plain", "application/xml", "application/jsonx", "json",
               "application/json;charset=latin1", "application/json;charset=UTF-16LE",
               "application/json;charset=\"ISO-8859-1\"", "pplication/json",
               "application/x-www-form-urlencoded", "application/json, text/plain");
  INFO(type);
  auto error = refused_type(type);
  REQUIRE(error);
  CHECK(error->type == ProblemType::unsupported_media_type);
}

TEST_CASE("a body without a type is not read") {
  MadeRequest request(Method::post, "/users");
  CHECK(refuse_media_type(request.get(), "application/json"));
}

TEST_CASE("of several types each is read, and no part of one") {
  for (const std::string type : {"application/json", "application/merge-patch+json", "json"}) {
    MadeRequest request(Method::patch, "/users/1");
    request.with("Content-Type", type);
    const auto refused =
        refuse_media_type(request.get(), "application/merge-patch+json, application/json");
    CHECK(refused.has_value() == (type == "json"));
  }
}

TEST_CASE("a compressed body is not read, on whichever line of the field the coding stands") {
  MadeRequest identity(Method::post, "/users");
  identity.with("Content-Encoding", "Identity");
  CHECK_FALSE(refuse_content_coding(identity.get()));
  identity.with("Content-Encoding", "gzip");
  CHECK(refuse_content_coding(identity.get())->type == ProblemType::unsupported_media_type);
  MadeRequest list(Method::post, "/users");
  list.with("Content-Encoding", "identity, gzip");
  CHECK(refuse_content_coding(list.get()));
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
  CHECK(prefers_html(request.get(), text_type) == row.html);
}

TEST_CASE("several lines of Accept are one list") {
  MadeRequest request(Method::get, "/");
  request.with("Accept", "text/plain;q=0.5").with("Accept", "text/html");
  CHECK(prefers_html(request.get(), text_type));
}

TEST_CASE("HTML is preferred to JSON where Accept says so, and else JSON is sent") {
  const auto [accept, html] = GENERATE(table<std::string, bool>(
      {{"text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8", true},
       {"text/html", true},
       {"text/*", true},
       {"*/*", false},
       {"application/json", false},
       {"application/json, text/html;q=0.9", false},
       {"application/*;q=0.1, text/html;q=0.2", true},
       {"application/xml", false}}));
  INFO(accept);
  MadeRequest request(Method::get, "/problems");
  request.with("Accept", accept);
  CHECK(prefers_html(request.get(), json_type) == html);
}

TEST_CASE("a client that does not say what it accepts gets text") {
  MadeRequest request(Method::get, "/");
  CHECK_FALSE(prefers_html(request.get(), text_type));
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
