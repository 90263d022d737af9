#include "json/object.hpp"
#include "tests/support/catch.hpp"

namespace rollcall::tests {
namespace {

// The object as it is read and written again; or the error.
std::string read_again(std::string_view text, std::size_t depth = json::max_depth) {
  const auto members = json::parse_object(text, depth);
  return members ? json::text_of(*members) : members.error();
}

TEST_CASE("an object that is read and written again loses white space and nothing else") {
  CHECK(read_again(" { } ") == "{}");
  CHECK(read_again("{\"b\" : 1,\n \"a\": [ 1, \"x\" , {} , [ ], {\"z\":null,\"y\": true} ] }") ==
        R"({"b":1,"a":[1,"x",{},[],{"z":null,"y":true}]})");
  CHECK(read_again(R"({"\u0041\n\"":"\u00e9\u0000\/","x":{"\\":["\t","}"]}})") ==
        "{\"A\\n\\\"\":\"\u00e9\\u0000/\",\"x\":{\"\\\\\":[\"\\t\",\"}\"]}}");
}

TEST_CASE("a number is written again as it was") {
  for (const std::string number :
       {"0", "-0", "1.0", "1.50", "-0.0", "1E5", "1e+5", "1e308", "1e-400", "9223372036854775807",
        "9223372036854775808", "18446744073709551615", "18446744073709551616",
        "-9223372036854775808", "-9223372036854775809", "12345678901234567890123",
        "0.1000000000000000055511151231257827021181583404541015625"}) {
    CAPTURE(number);
    CHECK(read_again("{\"n\":" + number + "}") == "{\"n\":" + number + "}");
    CHECK(read_again("{\"n\":[{\"m\":" + number + "}]}") == "{\"n\":[{\"m\":" + number + "}]}");
  }
}

TEST_CASE("a number that no double can hold is refused with the largest that it may be") {
  for (const std::string text : {"{\"n\":1e400}", "{\"n\":[-1e400]}"}) {
    CAPTURE(text);
    CHECK(read_again(text).starts_with("has a number that is out of range, at byte "));
    CHECK(read_again(text).ends_with("; the largest is about 1.8e308"));
  }
}

TEST_CASE("an object is refused that is nested deeper than is asked for") {
  CHECK(read_again(R"({"a":{"b":1}})", 2) == R"({"a":{"b":1}})");
  CHECK(read_again(R"({"a":[[1]]})", 2) == "is nested more than 2 deep");
  CHECK(read_again(R"({"a":{"b":{}}})", 2) == "is nested more than 2 deep");
}

TEST_CASE("a member has the type and the value that the text gives it") {
  using Kind = json::Member::Kind;
  const auto members =
      json::parse_object(R"({"n":null,"b":true,"i":-7,"s":"x","o":{},"a":[],"f":1.5})");
  REQUIRE(members.has_value());
  std::vector<Kind> kinds;
  for (const auto& member : *members) kinds.push_back(member.kind);
  CHECK(kinds == std::vector{Kind::null, Kind::boolean, Kind::integer, Kind::string, Kind::object,
                             Kind::other, Kind::other});
  CHECK((*members)[1].boolean);
  CHECK((*members)[2].integer == -7);
  CHECK((*members)[3].text == "x");
  CHECK((*members)[4].text == "{}");
}

}  // namespace
}  // namespace rollcall::tests
