#include "json/merge_patch.hpp"
#include "tests/support/catch.hpp"

namespace rollcall::tests {
namespace {

std::string patched_text(std::string_view target, std::string_view patch) {
  return json::text_of(
      json::merge_patched(json::parse_object(target).value(), json::parse_object(patch).value()));
}

struct Merge {
  std::string target;
  std::string patch;
  std::string result;
};

// A patch and a target that are no objects can stand in a member only.
TEST_CASE("the test cases of RFC 7396 have the results that it gives") {
  const std::vector<Merge> cases{
      {R"({"a":"b"})", R"({"a":"c"})", R"({"a":"c"})"},
      {R"({"a":"b"})", R"({"b":"c"})", R"({"a":"b","b":"c"})"},
      {R"({"a":"b"})", R"({"a":null})", "{}"},
      {R"({"a":"b","b":"c"})", R"({"a":null})", R"({"b":"c"})"},
      {R"({"a":["b"]})", R"({"a":"c"})", R"({"a":"c"})"},
      {R"({"a":"c"})", R"({"a":["b"]})", R"({"a":["b"]})"},
      {R"({"a":{"b":"c"}})", R"({"a":{"b":"d","c":null}})", R"({"a":{"b":"d"}})"},
      {R"({"a":[{"b":"c"}]})", R"({"a":[1]})", R"({"a":[1]})"},
      {R"({"x":["a","b"]})", R"({"x":["c","d"]})", R"({"x":["c","d"]})"},
      {R"({"x":{"a":"b"}})", R"({"x":["c"]})", R"({"x":["c"]})"},
      {R"({"x":{"a":"foo"}})", R"({"x":null})", "{}"},
      {R"({"x":{"a":"foo"}})", R"({"x":"bar"})", R"({"x":"bar"})"},
      {R"({"e":null})", R"({"a":1})", R"({"e":null,"a":1})"},
      {R"({"x":[1,2]})", R"({"x":{"a":"b","c":null}})", R"({"x":{"a":"b"}})"},
      {"{}", R"({"a":{"bb":{"ccc":null}}})", R"({"a":{"bb":{}}})"}};
  for (const auto& [target, patch, result] : cases) {
    CAPTURE(target, patch);
    CHECK(patched_text(target, patch) == result);
  }
}

TEST_CASE("the example of RFC 7396 has the result that it gives") {
  CHECK(patched_text(
            R"({"title":"Goodbye!","author":{"givenName":"John","familyName":"Doe"},)"
            R"("tags":["example","sample"],"content":"This will be unchanged"})",
            R"({"title":"Hello!","phoneNumber":"+01-123-456-7890","author":{"familyName":null},)"
            R"("tags":["example"]})") ==
        R"({"title":"Hello!","author":{"givenName":"John"},"tags":["example"],)"
        R"("content":"This will be unchanged","phoneNumber":"+01-123-456-7890"})");
}

TEST_CASE("a merge leaves the order of the keys and the text of the numbers") {
  CHECK(patched_text(R"({"z":1.0,"y":{"q":1e2,"p":-0},"x":[2.50]})",
                     R"({"a":12345678901234567890123,"y":{"p":3.0,"o":"\u0000"}})") ==
        R"({"z":1.0,"y":{"q":1e2,"p":3.0,"o":"\u0000"},"x":[2.50],"a":12345678901234567890123})");
}

TEST_CASE("a patch without keys changes nothing") {
  CHECK(patched_text(R"({"b":{"c":[]},"a":null})", "{}") == R"({"b":{"c":[]},"a":null})");
}

}  // namespace
}  // namespace rollcall::tests
