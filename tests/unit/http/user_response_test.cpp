#include "http/api/user_response.hpp"

#include <string>

#include <nlohmann/json.hpp>

#include "http/api/json_user.hpp"
#include "http/api/last_modified.hpp"
#include "http/wire/http_date.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/http/request.hpp"

namespace rollcall::http {
namespace {

using tests::fields_of;

constexpr std::string_view some_date = "Sun, 06 Nov 1994 08:49:37 GMT";

User user(std::string name = "User 42", std::string email = "u42@example.org") {
  using std::chrono::milliseconds;
  std::optional<Email> address;
  if (!email.empty()) address = *Email::parse(email);
  return User{*UserId::from(42),
              *UserName::parse(name),
              address,
              3,
              Timestamp{milliseconds{1'795'330'020'123}},
              Timestamp{milliseconds{1'795'330'021'004}}};
}

actors::FoundUser found() { return {std::make_shared<const User>(user())}; }

TEST_CASE("a user is JSON with its keys in this order") {
  CHECK(render_user(user()) ==
        R"({"id":42,"username":null,"name":"User 42","email":"u42@example.org",)"
        R"("external_id":null,"active":true,"attributes":{},"version":3,)"
        R"("created_at":"2026-11-22T06:47:00.123Z","updated_at":"2026-11-22T06:47:01.004Z"})");
  CHECK(render_user(user("x", "")).find(R"("email":null,)") != std::string::npos);
}

TEST_CASE("the attributes of a user are shown as the text that they are kept as") {
  auto ada = user();
  ada.username = *Username::parse("ada");
  ada.external_id = *ExternalId::parse("4f\"1");
  ada.active = false;
  ada.attributes = *Attributes::parse(R"({"z":1.0,"a":12345678901234567890123})");
  const auto text = render_user(ada);
  CHECK(text.starts_with(R"({"id":42,"username":"ada","name":)"));
  CHECK(text.find(R"("external_id":"4f\"1","active":false,)"
                  R"("attributes":{"z":1.0,"a":12345678901234567890123},"version":3,)") !=
        std::string::npos);
}

TEST_CASE("any name survives a round trip through JSON") {
  std::string name = GENERATE("a\"b\\c", "</script>", "\u00c5sa \U0001f600", "a/b", "x\u2028y",
                              "\\u0041", "'", "\"");
  INFO(name);
  auto rendered = nlohmann::json::parse(render_user(user(name)));
  CHECK(rendered["name"] == name);
}

tl::expected<Response, Problem> answer(const actors::FoundUser& read,
                                       const Precondition& precondition) {
  const auto stale = read.stale_for ? last_modified_of_stale(read.user->updated_at) : "";
  return read_response(read, std::make_shared<Representation>(represent(*read.user, stale)),
                       precondition);
}

TEST_CASE("a read answers 200 with the tag, or 304 where the client has this version") {
  auto fresh = answer(found(), {});
  REQUIRE(fresh);
  CHECK(fresh->status == 200);
  CHECK(fields_of(*fresh) == "ETag: \"3\"\r\nCache-Control: private, no-cache\r\n");
  CHECK(fresh->content() == render_user(*found().user));
  auto known = answer(found(), {std::nullopt, VersionSet{false, {3}}});
  REQUIRE(known);
  CHECK(known->status == 304);
  CHECK(known->content() == fresh->content());
  CHECK(fields_of(*known) == fields_of(*fresh));
  CHECK(answer(found(), {std::nullopt, VersionSet{false, {2}}})->status == 200);
}

TEST_CASE("a read answers with the representation that was rendered before") {
  const auto rendered = std::make_shared<const Representation>(represent(*found().user, some_date));
  CHECK(rendered->fields == "ETag: \"3\"\r\nCache-Control: private, no-cache\r\nLast-Modified: " +
                                std::string(some_date) + "\r\n");
  CHECK(read_response(found(), rendered, {})->shared == rendered);
}

TEST_CASE("a stale user is answered with its age and the reason") {
  auto stale = found();
  stale.stale_for = std::chrono::seconds{7};
  const auto second = std::chrono::floor<std::chrono::seconds>(stale.user->updated_at);
  CHECK(
      fields_of(*answer(stale, {})) ==
      "ETag: \"3\"\r\nCache-Control: private, no-cache\r\nLast-Modified: " + to_http_date(second) +
          "\r\nAge: 7\r\nCache-Status: rollcall; hit; detail=stale-if-error\r\n");
}

TEST_CASE("a stale user has a date by which no later change is taken for it") {
  auto stale = found();
  stale.stale_for = std::chrono::seconds{0};
  const auto second = std::chrono::floor<std::chrono::seconds>(stale.user->updated_at);
  CHECK(fields_of(*answer(stale, {})).find(to_http_date(second)) != std::string::npos);
  CHECK(answer(found(), {.if_modified_since = SinceDate{second}})->status == 200);
}

TEST_CASE("a date of a read is compared with the second of the last change") {
  const auto changed = std::chrono::floor<std::chrono::seconds>(found().user->updated_at);
  const SinceDate same{changed};
  const SinceDate next{changed + std::chrono::seconds{1}};
  CHECK(answer(found(), {.if_modified_since = same})->status == 200);
  CHECK(answer(found(), {.if_modified_since = next})->status == 304);
  CHECK(answer(found(), {.if_unmodified_since = next})->status == 200);
  const auto failed = answer(found(), {.if_unmodified_since = same, .if_modified_since = next});
  REQUIRE_FALSE(failed);
  CHECK(failed.error().type == ProblemType::precondition_failed);
}

TEST_CASE("a read whose If-Match does not hold fails, also where If-None-Match would match") {
  auto response = answer(found(), {VersionSet{false, {2}}, VersionSet{false, {3}}});
  REQUIRE_FALSE(response);
  CHECK(response.error().type == ProblemType::precondition_failed);
}

TEST_CASE("a read whose condition does not hold tells the user's version, unless it is stale") {
  const Precondition other{.if_match = VersionSet{false, {2}}};
  CHECK(answer(found(), other).error().version == 3);
  auto stale = found();
  stale.stale_for = std::chrono::seconds{5};
  CHECK_FALSE(answer(stale, other).error().version);
}

TEST_CASE("the Location of a new user begins with the URL by which clients reach the server") {
  constexpr Links links("https://users.example/api");
  const auto created =
      change_response(std::make_shared<User>(user()), true, Return::unstated, links);
  CHECK(created.fields.find("Location: https://users.example/api/users/42\r\n") !=
        std::string::npos);
}

TEST_CASE("a change is answered with its result") {
  auto changed = std::make_shared<User>(user());
  auto created = change_response(changed, true, Return::unstated, {});
  CHECK(created.status == 201);
  CHECK(created.fields.find("Location: /users/42\r\n") != std::string::npos);
  CHECK(created.fields.find("ETag: \"3\"\r\n") != std::string::npos);
  CHECK(created.fields.find("Last-Modified") == std::string::npos);
  CHECK(change_response(changed, false, Return::unstated, {}).status == 200);
  CHECK(change_response(nullptr, false, Return::unstated, {}).status == 204);
  CHECK(change_response(nullptr, false, Return::unstated, {}).body.empty());
}

}  // namespace
}  // namespace rollcall::http
