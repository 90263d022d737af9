#include <string>

#include <nlohmann/json.hpp>

#include "http/api/json_user.hpp"
#include "http/api/last_modified.hpp"
#include "http/api/user_response.hpp"
#include "http/server/responder.hpp"
#include "http/wire/http_date.hpp"
#include "http/wire/response.hpp"
#include "http/wire/trace.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/http/request.hpp"

namespace rollcall::http {
namespace {

using tests::Answered;
using tests::fields_of;
using tests::recorded;

constexpr std::string_view date = "Sun, 06 Nov 1994 08:49:37 GMT";

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

TEST_CASE("a response on the wire has status, date, type, length and its own fields") {
  Response response{200, text_type, "Hello, World!", "Vary: Accept\r\n"};
  CHECK(render_head(response, {false, true, date}, 0) ==
        "HTTP/1.1 200 OK\r\nDate: Sun, 06 Nov 1994 08:49:37 GMT\r\n"
        "Content-Type: text/plain; charset=utf-8\r\nContent-Length: 13\r\nVary: Accept\r\n\r\n");
  CHECK(sends_body(response, {}));
}

TEST_CASE("a status line has the phrase of RFC 9110") {
  const auto [status, phrase] = GENERATE(table<int, std::string>({
      {200, "OK"},
      {201, "Created"},
      {204, "No Content"},
      {304, "Not Modified"},
      {400, "Bad Request"},
      {403, "Forbidden"},
      {404, "Not Found"},
      {405, "Method Not Allowed"},
      {408, "Request Timeout"},
      {409, "Conflict"},
      {412, "Precondition Failed"},
      {413, "Content Too Large"},
      {414, "URI Too Long"},
      {415, "Unsupported Media Type"},
      {421, "Misdirected Request"},
      {422, "Unprocessable Content"},
      {431, "Request Header Fields Too Large"},  // RFC 6585
      {500, "Internal Server Error"},
      {501, "Not Implemented"},
      {503, "Service Unavailable"},
      {504, "Gateway Timeout"},
      {505, "HTTP Version Not Supported"},
  }));
  const auto head = render_head(Response{status}, {false, true, date}, 0);
  CHECK(head.substr(0, head.find('\r')) == "HTTP/1.1 " + std::to_string(status) + " " + phrase);
}

TEST_CASE("HEAD has the length of the GET and no body") {
  Response response{200, json_type, "12345"};
  Framing framing{true, true, date};
  CHECK_FALSE(sends_body(response, framing));
  CHECK(render_head(response, framing, 0).find("Content-Length: 5\r\n") != std::string::npos);
}

TEST_CASE("a 304 has neither length nor type nor body") {
  Response response{304, json_type, "12345"};
  CHECK_FALSE(sends_body(response, {}));
  auto head = render_head(response, {false, true, date}, 0);
  CHECK(head.find("HTTP/1.1 304 Not Modified\r\n") == 0);
  CHECK(head.find("Content-") == std::string::npos);
}

TEST_CASE("a 204 has no length at all") {
  Response response{204};
  CHECK_FALSE(sends_body(response, {}));
  auto head = render_head(response, {false, true, date}, 0);
  CHECK(head.find("Content-") == std::string::npos);
}

TEST_CASE(
    "the connection closes where the request or the response says so, and the head states it") {
  Response response{200};
  CHECK_FALSE(closes(response, {}));
  CHECK(render_head(response, {}, 0).find("Connection") == std::string::npos);
  CHECK(closes(response, {false, false}));
  CHECK(render_head(response, {false, false}, 0).find("Connection: close\r\n") !=
        std::string::npos);
  response.close = true;
  CHECK(closes(response, {}));
}

TEST_CASE("a connection that persists says so, and for how long if it is idle") {
  const auto lines = keep_alive_lines(std::chrono::seconds{60});
  CHECK(lines == "Connection: keep-alive\r\nKeep-Alive: timeout=60\r\n");
  CHECK(render_head(Response{200}, {false, true, date, lines}, 0).find(lines) != std::string::npos);
  CHECK(render_head(Response{200}, {false, false, date, lines}, 0).find("keep-alive") ==
        std::string::npos);
}

TEST_CASE("a user is JSON with its keys in this order") {
  CHECK(render_user(user()) ==
        R"({"id":42,"name":"User 42","email":"u42@example.org","version":3,)"
        R"("created_at":"2026-11-22T06:47:00.123Z","updated_at":"2026-11-22T06:47:01.004Z"})");
  CHECK(render_user(user("x", "")).find(R"("email":null,)") != std::string::npos);
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
  const auto rendered = std::make_shared<const Representation>(represent(*found().user, date));
  CHECK(rendered->fields == "ETag: \"3\"\r\nCache-Control: private, no-cache\r\nLast-Modified: " +
                                std::string(date) + "\r\n");
  CHECK(read_response(found(), rendered, {})->shared == rendered);
}

TEST_CASE("fields and content of a shared representation are those of the response") {
  Response response{200, json_type, "unused", "Age: 7\r\n"};
  response.shared = std::make_shared<Representation>(Representation{"ETag: \"3\"\r\n", "shared"});
  CHECK(response.content() == "shared");
  const auto head = render_head(response, {false, true, date}, 0);
  CHECK(head.find("Content-Length: 6\r\nETag: \"3\"\r\nAge: 7\r\n") != std::string::npos);
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

TEST_CASE("a page that is not the last leads to the next") {
  UserPage page{{std::make_shared<User>(user())}, true};
  auto response = page_response(page, 1);
  auto body = nlohmann::json::parse(response.body);
  CHECK(body["users"].size() == 1);
  CHECK(body["users"][0]["id"] == 42);
  CHECK(body["next"] == "/users?limit=1&after=42");
  CHECK(response.fields.find("Link: </users?limit=1&after=42>; rel=\"next\"\r\n") !=
        std::string::npos);
}

TEST_CASE("the last page leads nowhere") {
  auto response = page_response({}, 50);
  CHECK(response.body == R"({"users":[],"next":null})");
  CHECK(response.fields.find("Link") == std::string::npos);
}

TEST_CASE("a change is answered with its result") {
  auto changed = std::make_shared<User>(user());
  auto created = change_response(changed, true);
  CHECK(created.status == 201);
  CHECK(created.fields.find("Location: /users/42\r\n") != std::string::npos);
  CHECK(created.fields.find("ETag: \"3\"\r\n") != std::string::npos);
  CHECK(created.fields.find("Last-Modified") == std::string::npos);
  CHECK(change_response(changed, false).status == 200);
  CHECK(change_response(nullptr, false).status == 204);
  CHECK(change_response(nullptr, false).body.empty());
}

TEST_CASE("a reply that is dropped answers 500 by itself, once") {
  auto answered = std::make_shared<Answered>();
  { auto reply = recorded(answered); }
  CHECK(answered->count == 1);
  CHECK(answered->response.status == 500);
  CHECK(answered->slug() == "internal");
}

TEST_CASE("a reply that is used sends nothing more when it is destroyed") {
  auto answered = std::make_shared<Answered>();
  {
    auto reply = recorded(answered);
    reply.send({200, text_type, "x"});
  }
  CHECK(answered->count == 1);
  CHECK(answered->response.status == 200);
}

TEST_CASE("a reply that was moved from sends nothing") {
  auto answered = std::make_shared<Answered>();
  {
    auto reply = recorded(answered);
    auto heir = std::move(reply);
    CHECK(answered->count == 0);
  }
  CHECK(answered->count == 1);
}

TEST_CASE("a dropped reply answers with its configured response") {
  auto answered = std::make_shared<Answered>();
  { recorded(answered).if_dropped(ProblemType::outcome_unknown); }
  CHECK(answered->slug() == "outcome-unknown");
}

TEST_CASE("a problem carries the trace of the request, or one of its own") {
  std::string trace = "0af7651916cd43dd8448eb211c80319c";
  auto given = std::make_shared<Answered>();
  recorded(given, {"/x", trace}).fail({ProblemType::not_found, "x"});
  CHECK(given->json()["trace_id"] == trace);
  CHECK(given->json()["instance"] == "/x");
  auto made = std::make_shared<Answered>();
  recorded(made).fail({ProblemType::not_found, "x"});
  CHECK(made->json()["trace_id"].get<std::string>().size() == 32);
}

TEST_CASE("the trace id is read from a well-formed traceparent only") {
  CHECK(trace_id_of("00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01") ==
        "0af7651916cd43dd8448eb211c80319c");
  CHECK(trace_id_of("cc-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01-later") ==
        "0af7651916cd43dd8448eb211c80319c");
  for (auto text : {"", "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331",
                    "00-00000000000000000000000000000000-b7ad6b7169203331-01",
                    "00-0af7651916cd43dd8448eb211c80319c-0000000000000000-01",
                    "00-0AF7651916CD43DD8448EB211C80319C-b7ad6b7169203331-01",
                    "ff-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01",
                    "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01-later",
                    "00_0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01",
                    "00-0af7651916cd43dd8448eb211c80319g-b7ad6b7169203331-01"}) {
    INFO(text);
    CHECK(trace_id_of(text).empty());
  }
}

}  // namespace
}  // namespace rollcall::http
