#include "http/wire/prefer.hpp"

#include <string>
#include <vector>

#include "tests/support/catch.hpp"
#include "tests/support/http/request.hpp"

namespace rollcall::http {
namespace {

using Lines = std::vector<std::string>;

std::optional<std::string> preferred(const Lines& lines, std::string_view name = "return") {
  tests::MadeRequest request(Method::put, "/users/1");
  for (const auto& line : lines) request.with("Prefer", line);
  return preference_of(request.get(), name);
}

Return returned(const std::string& line) {
  tests::MadeRequest request(Method::put, "/users/1");
  request.with("pREFER", line);
  return preferred_return(request.get());
}

TEST_CASE("a preference has a name and perhaps a value, which may be quoted") {
  CHECK(preferred({"return=minimal"}) == "minimal");
  CHECK(preferred({"return = minimal"}) == "minimal");
  CHECK(preferred({"return=\t\"minimal\" "}) == "minimal");
  CHECK(preferred({"return=\"a, b; c=\\\"d\\\\\""}) == "a, b; c=\"d\\");
  CHECK(preferred({"respond-async"}, "respond-async") == "");
  CHECK(preferred({"return=\"\""}) == "");
  CHECK(preferred({"RETURN=minimal"}) == "minimal");
  CHECK(preferred({"return=minimal"}, "Return") == "minimal");
}

TEST_CASE("a preference that is not given is none") {
  CHECK_FALSE(preferred({}));
  CHECK_FALSE(preferred({""}));
  CHECK_FALSE(preferred({" , ,"}));
  CHECK_FALSE(preferred({"respond-async, wait=5"}));
  CHECK_FALSE(preferred({"returns=minimal"}));
  CHECK_FALSE(preferred({"foo; return=minimal"}));
  CHECK_FALSE(preferred({"foo=\"return=minimal, return=minimal\""}));
}

TEST_CASE("all lines of Prefer are one list, of which the first of a name counts") {
  CHECK(preferred({"respond-async, return=minimal"}) == "minimal");
  CHECK(preferred({"respond-async", "wait=5,return=minimal"}) == "minimal");
  CHECK(preferred({"return=minimal, return=representation"}) == "minimal");
  CHECK(preferred({"return=representation", "return=minimal"}) == "representation");
  CHECK(preferred({"return", "return=minimal"}) == "");
  CHECK(preferred({",, count=exact ,", "return=minimal"}, "count") == "exact");
}

TEST_CASE("parameters of a preference are passed over") {
  CHECK(preferred({"return=minimal; a"}) == "minimal");
  CHECK(preferred({"return=minimal;a=b ; c = \"d, e\" , x"}) == "minimal");
  CHECK(preferred({"return=minimal;"}) == "minimal");
  CHECK(preferred({"foo;;a;,return=minimal"}) == "minimal");
  CHECK(preferred({"foo; a=\"x, return=other\", return=minimal"}) == "minimal");
}

TEST_CASE("what is malformed is ignored up to the next comma, and is no error") {
  for (const std::string malformed :
       {"return=", "return==minimal", "return=minimal x", "return minimal", "=minimal", "=",
        "\"a\"", "return=min/imal", "return=other;=", "return=other;a=", "return=other; a b",
        "a=\"b\"c", ";", "return=\"x\"y", "(return)", "\xc3\xa9=1"}) {
    INFO(malformed);
    CHECK(preferred({malformed + ", return=minimal"}) == "minimal");
    CHECK(preferred({malformed, "return=minimal"}) == "minimal");
    CHECK_FALSE(preferred({malformed}));
  }
  CHECK_FALSE(preferred({"foo=\"unclosed, return=minimal"}));
  CHECK_FALSE(preferred({"foo=\"unclosed\\"}));
}

TEST_CASE("the preference return has two values") {
  CHECK(returned("return=minimal") == Return::minimal);
  CHECK(returned("return=Minimal") == Return::minimal);
  CHECK(returned("return=representation") == Return::representation);
  CHECK(returned("return=other, return=minimal") == Return::unstated);
  CHECK(returned("return") == Return::unstated);
  CHECK(returned("respond-async") == Return::unstated);
}

}  // namespace
}  // namespace rollcall::http
