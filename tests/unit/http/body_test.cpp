#include <string>

#include "http/api/user_body.hpp"
#include "json/object.hpp"
#include "tests/support/catch.hpp"

namespace rollcall::http {
namespace {

const UserId seven = *UserId::from(7);

std::string repeated(std::string_view text, int times) {
  std::string out;
  for (int i = 0; i < times; ++i) out.append(text);
  return out;
}

std::string nested(int depth) {
  return repeated("{\"a\":", depth - 1) + "{}" + repeated("}", depth - 1);
}

std::vector<std::string> pointers(const Problem& error) {
  std::vector<std::string> found;
  for (const auto& field : error.fields) found.push_back(field.place);
  return found;
}

TEST_CASE("a body that is no JSON object in UTF-8 is malformed") {
  std::string body =
      GENERATE(std::string(), std::string(" "), std::string("x"), std::string("{"),
               std::string("[]"), std::string("42"), std::string("\"name\""), std::string("null"),
               std::string("{}{}"), std::string("{} x"), std::string("{name:1}"),
               std::string("{'name':'x'}"), std::string("{\"name\":\"x\",}"),
               std::string("{\"name\":\"x\" \"email\":null}"), std::string("{\"name\":NaN}"),
               std::string("{\"name\":01}"), std::string("{\"name\":\"\\x\"}"),
               std::string("{\"name\":\"a\nb\"}"), std::string("/* c */{}"),
               std::string("{\"name\":\"\xff\"}"), std::string("{\"name\":\"\xc0\xaf\"}"),
               std::string("{\"name\":\"\xed\xa0\x80\"}"), std::string("{\"name\":\"\\ud800\"}"),
               std::string("{\"\xff\":1}"), std::string("{\"name\":\"x\"}\0", 13),
               std::string("{\"name\":\"x\"}\0x", 14), std::string("[{\"name\":\"x\"}]"));
  INFO(body);
  auto parsed = parse_user(body);
  REQUIRE_FALSE(parsed);
  CHECK(parsed.error().type == ProblemType::malformed_json);
  CHECK_FALSE(parsed.error().detail.empty());
  CHECK(parse_user_patch(body, seven).error().type == ProblemType::malformed_json);
}

TEST_CASE("a key given twice is malformed, on any level and however it is written") {
  for (auto body : {"{\"name\":\"a\",\"name\":\"a\"}", "{\"name\":\"a\",\"\\u006eame\":\"b\"}",
                    "{\"name\":\"a\",\"x\":{\"k\":1,\"k\":1}}", "{\"x\":[{\"k\":1,\"k\":2}]}"}) {
    INFO(body);
    CHECK(parse_user(body).error().type == ProblemType::malformed_json);
  }
  CHECK(json::parse_object("{\"a\":{\"k\":1},\"b\":{\"k\":1}}"));
}

TEST_CASE("nesting is allowed to a depth of 32") {
  CHECK(json::parse_object(nested(32)));
  CHECK_FALSE(json::parse_object(nested(33)));
  CHECK(json::parse_object("{\"a\":" + repeated("[", 31) + repeated("]", 31) + "}"));
  CHECK_FALSE(json::parse_object("{\"a\":" + repeated("[", 32) + repeated("]", 32) + "}"));
}

TEST_CASE("a body of opening brackets alone is refused and needs no stack") {
  CHECK_FALSE(json::parse_object(repeated("[", 65'536)));
  CHECK_FALSE(json::parse_object(repeated("{\"a\":", 13'000)));
  CHECK_FALSE(json::parse_object("{\"a\":" + repeated("[", 65'000)));
}

TEST_CASE("a user needs a name and may have an e-mail") {
  auto both = parse_user(R"({"name":" Ada ","email":"ada@example.org"})");
  REQUIRE(both);
  CHECK(both->name.value() == "Ada");
  CHECK(both->email->value() == "ada@example.org");
  auto bare = parse_user(R"({"name":"Ada"})");
  REQUIRE(bare);
  CHECK_FALSE(bare->email);
  auto null = parse_user(R"({"email":null,"name":"\u00c5sa \ud83d\ude00"})");
  REQUIRE(null);
  CHECK_FALSE(null->email);
  CHECK(null->name.value() == "\u00c5sa \U0001f600");
}

TEST_CASE("one answer names all wrong fields") {
  auto parsed = parse_user(R"({"age":3,"email":"x","name":"","id":7,"a/b~c":{}})");
  REQUIRE_FALSE(parsed);
  CHECK(parsed.error().type == ProblemType::validation_failed);
  CHECK(pointers(parsed.error()) ==
        std::vector<std::string>{"/age", "/email", "/name", "/id", "/a~1b~0c"});
  CHECK(parsed.error().detail == "5 fields are wrong");
}

TEST_CASE("of many wrong fields 32 are named, and all are counted") {
  const auto body_of = [](int count) {
    std::string body = "{\"name\":\"Ada\"";
    for (int i = 0; i < count; ++i) body += ",\"" + std::to_string(i) + "\":0";
    return body + "}";
  };
  const auto most = parse_user(body_of(32)).error();
  CHECK(most.detail == "32 fields are wrong");
  CHECK(most.fields.size() == 32);
  for (const auto& problem :
       {parse_user(body_of(4'000)).error(), parse_user_patch(body_of(4'000), seven).error()}) {
    CHECK(problem.type == ProblemType::validation_failed);
    CHECK(problem.detail == "4000 fields are wrong; the first 32 are named");
    REQUIRE(problem.fields.size() == 32);
    CHECK(problem.fields.back().place == "/31");
  }
  CHECK(parse_user(body_of(33)).error().detail == "33 fields are wrong; the first 32 are named");
}

TEST_CASE("the name of a wrong field is cut behind a character, before it becomes a pointer") {
  const auto pointer_to = [](const std::string& name) {
    return parse_user(R"({"name":"Ada",")" + name + R"(":0})").error().fields.at(0).place;
  };
  CHECK(pointer_to(repeated("a", 100)) == "/" + repeated("a", 100));
  CHECK(pointer_to(repeated("a", 101)) == "/" + repeated("a", 100) + "\u2026");
  CHECK(pointer_to(repeated("a", 60'000)) == "/" + repeated("a", 100) + "\u2026");
  CHECK(pointer_to("a" + repeated("\u00e5", 80)) == "/a" + repeated("\u00e5", 49) + "\u2026");
  CHECK(pointer_to(repeated("\U0001f600", 25)) == "/" + repeated("\U0001f600", 25));
  for (int before = 1; before <= 3; ++before) {
    const auto ascii = repeated("a", before);
    CHECK(pointer_to(ascii + repeated("\U0001f600", 25)) ==
          "/" + ascii + repeated("\U0001f600", 24) + "\u2026");
  }
  CHECK(pointer_to(repeated("/", 99) + "~~") == "/" + repeated("~1", 99) + "~0\u2026");
}

TEST_CASE("a missing name is named beside the fields that are there") {
  auto parsed = parse_user(R"({"nmae":"Ada"})");
  REQUIRE_FALSE(parsed);
  CHECK(pointers(parsed.error()) == std::vector<std::string>{"/nmae", "/name"});
  CHECK(parse_user("{}").error().fields.at(0).detail == "is required");
}

TEST_CASE("a value of the wrong type is named") {
  std::string value = GENERATE("1", "true", "[]", "{}", "1.5", "-1", "[\"Ada\"]");
  INFO(value);
  auto parsed = parse_user("{\"name\":" + value + ",\"email\":" + value + "}");
  REQUIRE_FALSE(parsed);
  CHECK(parsed.error().type == ProblemType::validation_failed);
  CHECK(pointers(parsed.error()) == std::vector<std::string>{"/name", "/email"});
}

TEST_CASE("a name can't be null, neither at first nor by a patch") {
  CHECK(pointers(parse_user(R"({"name":null})").error()) == std::vector<std::string>{"/name"});
  CHECK(pointers(parse_user_patch(R"({"name":null})", seven).error()) ==
        std::vector<std::string>{"/name"});
}

TEST_CASE("what the server gives to a new user can't be set") {
  for (std::string field : {"id", "version", "created_at", "updated_at"}) {
    auto parsed = parse_user("{\"name\":\"Ada\",\"" + field + "\":1}");
    REQUIRE_FALSE(parsed);
    CHECK(parsed.error().type == ProblemType::validation_failed);
    CHECK(parsed.error().fields.at(0).place == "/" + field);
    CHECK(parsed.error().fields.at(0).detail.find("given by the server") != std::string::npos);
  }
}

TEST_CASE("the rules of names and e-mails hold in bodies") {
  std::string name =
      GENERATE("\"\"", "\"   \"", "\"a\\u0000b\"", "\"a\\u0007b\"", "\"\\u0085x\\u007f\"");
  INFO(name);
  auto parsed = parse_user("{\"name\":" + name + "}");
  REQUIRE_FALSE(parsed);
  CHECK(parsed.error().type == ProblemType::validation_failed);
  CHECK(pointers(parsed.error()) == std::vector<std::string>{"/name"});
  CHECK(parse_user("{\"name\":\"" + repeated("\u00e5", 200) + "\"}"));
  CHECK_FALSE(parse_user("{\"name\":\"" + repeated("\u00e5", 201) + "\"}"));
}

TEST_CASE("a patch distinguishes what is missing, null and given") {
  auto nothing = parse_user_patch("{}", seven);
  REQUIRE(nothing);
  CHECK_FALSE(nothing->patch.name);
  CHECK_FALSE(nothing->patch.email);
  auto removed = parse_user_patch(R"({"email":null})", seven);
  REQUIRE(removed);
  REQUIRE(removed->patch.email);
  CHECK_FALSE(*removed->patch.email);
  auto changed = parse_user_patch(R"({"email":"a@b.c","name":"B"})", seven);
  REQUIRE(changed);
  CHECK(changed->patch.name->value() == "B");
  CHECK((*changed->patch.email)->value() == "a@b.c");
}

}  // namespace
}  // namespace rollcall::http
