// Bodies of PUT and PATCH with the fields that the server gives.
#include <string>

#include "http/api/json_user.hpp"
#include "http/api/user_body.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/sample_users.hpp"

namespace rollcall::http {
namespace {

using tests::at_ms;
using tests::e_mail;
using tests::user_id;
using tests::user_name;

const User ada{user_id(42), user_name("Ada"),         e_mail("ada@example.org"),
               3,           at_ms(1'795'330'020'123), at_ms(1'795'330'021'004)};

TEST_CASE("what is shown of a user can be put and patched, and is what the change expects") {
  const auto put = parse_replacement(render_user(ada), ada.id);
  REQUIRE(put);
  CHECK(put->id == ada.id);
  CHECK(put->fields == ada.fields());
  const auto patch = parse_user_patch(render_user(ada), ada.id);
  REQUIRE(patch);
  CHECK(patch->id == ada.id);
  CHECK(patch->patch.name == ada.name);
  for (const auto& expected : {put->expected, patch->expected}) {
    CHECK(expected.version == ada.version);
    CHECK(expected.created_at == ada.created_at);
    CHECK(expected.updated_at == ada.updated_at);
  }
}

TEST_CASE("a body without fields of the server expects nothing") {
  const auto put = parse_replacement(R"({"name":"Ada","id":42})", ada.id);
  REQUIRE(put);
  CHECK_FALSE(put->expected.version);
  CHECK_FALSE(put->expected.created_at);
  CHECK_FALSE(put->expected.updated_at);
}

TEST_CASE("another id than that of the path is refused by its pointer") {
  const std::string body = R"({"name":"Ada","id":43})";
  const auto put = parse_replacement(body, ada.id);
  const auto patch = parse_user_patch(body, ada.id);
  REQUIRE_FALSE(put);
  REQUIRE_FALSE(patch);
  for (const auto& problem : {put.error(), patch.error()}) {
    CHECK(problem.type == ProblemType::validation_failed);
    CHECK(problem.fields ==
          std::vector<InvalidField>{{"/id", "is not that of the path, which is 42"}});
  }
}

TEST_CASE("a field of the server that has no valid value is refused, beside all others") {
  const auto [field, value] = GENERATE(table<std::string, std::string>({
      {"id", "\"42\""},
      {"id", "42.0"},
      {"id", "0"},
      {"id", "null"},
      {"id", "18446744073709551615"},
      {"version", "\"3\""},
      {"version", "0"},
      {"version", "-3"},
      {"version", "3.0"},
      {"version", "true"},
      {"version", "null"},
      {"created_at", "1795330020123"},
      {"created_at", "null"},
      {"created_at", "\"\""},
      {"created_at", "\"yesterday\""},
      {"updated_at", "\"2026-11-22\""},
      {"updated_at", "\"2026-11-22T06:47:00Z\""},
      {"updated_at", "\"2026-13-22T06:47:00.123Z\""},
      {"updated_at", "[]"},
  }));
  const auto body = "{\"name\":\"\",\"" + field + "\":" + value + ",\"x\":1}";
  INFO(body);
  const auto put = parse_replacement(body, ada.id);
  const auto patch = parse_user_patch(body, ada.id);
  REQUIRE_FALSE(put);
  REQUIRE_FALSE(patch);
  for (const auto& problem : {put.error(), patch.error()}) {
    REQUIRE(problem.fields.size() == 3);
    CHECK(problem.fields[0].place == "/name");
    CHECK(problem.fields[1].place == "/" + field);
    CHECK(problem.fields[2].place == "/x");
  }
}

}  // namespace
}  // namespace rollcall::http
