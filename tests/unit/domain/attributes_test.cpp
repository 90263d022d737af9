#include "domain/attributes.hpp"
#include "tests/support/catch.hpp"

namespace rollcall::tests {
namespace {

// The attributes as they are kept; or why they are refused.
std::string kept(std::string_view text) {
  const auto attributes = Attributes::parse(text);
  return attributes ? attributes->value() : attributes.error();
}

std::string merged_text(std::string_view before, std::string_view patch) {
  const AttributesPatch change{Attributes::parse(patch).value(), true};
  const auto after = change.applied_to(Attributes::parse(before).value());
  return after ? after->value() : after.error();
}

std::string object_of_keys(int count, const std::string& prefix = "k") {
  std::string text = "{";
  for (int i = 0; i < count; ++i) {
    text += (i == 0 ? "\"" : ",\"") + prefix + std::to_string(i) + "\":" + std::to_string(i);
  }
  return text + "}";
}

TEST_CASE("attributes are kept without white space, with their order and their numbers") {
  CHECK(Attributes().value() == "{}");
  CHECK(kept(" { } ") == "{}");
  CHECK(kept("{\"b\": 1.0,\n\"a\": {\"c\": [1e2, -0, null]}}") ==
        R"({"b":1.0,"a":{"c":[1e2,-0,null]}})");
  CHECK(kept(R"({"n":12345678901234567890123})") == R"({"n":12345678901234567890123})");
  CHECK(kept(kept(R"({"\u00e9":"\u0007/"})")) == kept(R"({"\u00e9":"\u0007/"})"));
}

TEST_CASE("attributes that are no JSON object are refused") {
  for (const std::string text : {"", "null", "1", "[]", "\"x\"", "{", "{}x", "{\"a\":NaN}"}) {
    CAPTURE(text);
    CHECK_FALSE(Attributes::parse(text));
  }
  CHECK(kept("[]") == "must be a JSON object");
  CHECK(kept(R"({"a":1,"a":2})") == "has a duplicate key: a");
  CHECK(kept(R"({"a":[{"b":1,"b":2}]})") == "has a duplicate key: b");
  CHECK(kept(R"({"a":1e400})").starts_with("has a number that is out of range"));
}

TEST_CASE("attributes have at most 64 keys of 1 to 64 bytes") {
  CHECK(kept(object_of_keys(64)) == object_of_keys(64));
  CHECK(kept(object_of_keys(65)) == "has 65 keys; at most 64 are allowed");
  const std::string longest(64, 'x');
  CHECK(Attributes::parse("{\"" + longest + "\":1}"));
  CHECK(kept("{\"" + longest + "y\":1}") == "has a key of 65 bytes; a key has 1 to 64 bytes");
  CHECK(kept(R"({"":1})") == "has an empty key; a key has 1 to 64 bytes");
  CHECK(Attributes::parse("{\"a\":" + object_of_keys(65) + "}"));
}

TEST_CASE("attributes have at most 8 KiB of text, in the form in which they are kept") {
  const auto of_bytes = [](std::size_t bytes) {
    return R"({"a":")" + std::string(bytes - 8, 'x') + "\"}";
  };
  REQUIRE(kept(of_bytes(8'192)).size() == 8'192);
  CHECK(kept(std::string(100, ' ') + of_bytes(8'192)) == of_bytes(8'192));
  CHECK(kept(of_bytes(8'193)) == "has 8193 bytes of text; at most 8192 are allowed");
}

TEST_CASE("attributes are nested at most 8 deep") {
  CHECK(Attributes::parse(R"({"a":[[[[[[[1]]]]]]]})"));
  CHECK(kept(R"({"a":[[[[[[[[1]]]]]]]]})") == "is nested more than 8 deep");
}

TEST_CASE("a merge patch of attributes sets and removes keys on every level") {
  CHECK(merged_text(R"({"a":1.0,"b":{"c":2,"d":3}})", R"({"b":{"c":null,"e":4},"f":5})") ==
        R"({"a":1.0,"b":{"d":3,"e":4},"f":5})");
  CHECK(merged_text(R"({"a":1})", R"({"a":null})") == "{}");
  CHECK(merged_text(R"({"a":1})", "{}") == R"({"a":1})");
}

TEST_CASE("a merge patch that breaks a limit is refused") {
  CHECK(merged_text(object_of_keys(64), R"({"new":1})") ==
        "with the patch it has 65 keys; at most 64 are allowed");
  CHECK(merged_text(object_of_keys(64), R"({"k0":null,"new":1})").ends_with(",\"new\":1}"));
  const std::string half = R"(":")" + std::string(4'200, 'x') + "\"}";
  CHECK(merged_text("{\"a" + half, "{\"b" + half).find("at most 8192") != std::string::npos);
}

TEST_CASE("attributes that replace others keep their nulls") {
  const AttributesPatch change{Attributes::parse(R"({"a":null})").value(), false};
  CHECK(change.applied_to(Attributes::parse(R"({"b":1})").value())->value() == R"({"a":null})");
}

}  // namespace
}  // namespace rollcall::tests
