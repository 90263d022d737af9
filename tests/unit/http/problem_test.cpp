#include <set>
#include <string>

#include <nlohmann/json.hpp>

#include "domain/errors.hpp"
#include "http/wire/problem.hpp"
#include "tests/support/catch.hpp"

namespace rollcall::http {
namespace {

using nlohmann::json;

TEST_CASE("every error has a slug of its own, an error status and a text") {
  std::set<std::string_view> slugs;
  for (auto code : every_problem_type) {
    auto kind = describe(code);
    INFO(kind.slug);
    CHECK(slugs.insert(kind.slug).second);
    CHECK(kind.status >= 400);
    CHECK(kind.status < 600);
    CHECK_FALSE(reason_phrase(kind.status).empty());
    CHECK_FALSE(kind.title.empty());
    CHECK_FALSE(kind.when.empty());
    CHECK(type_of_slug(kind.slug) == code);
  }
  CHECK(slugs.size() == every_problem_type.size());
}

TEST_CASE("the table of errors holds every code once") {
  std::set<int> codes;
  for (auto code : every_problem_type) codes.insert(static_cast<int>(code));
  CHECK(codes.size() == every_problem_type.size());
  CHECK(*codes.begin() == 0);
  CHECK(*codes.rbegin() == static_cast<int>(every_problem_type.size()) - 1);
}

TEST_CASE("the errors have the statuses that clients rely on") {
  struct Row {
    ProblemType code;
    int status;
    std::string_view slug;
  };
  auto row = GENERATE(Row{ProblemType::bad_request, 400, "bad-request"},
                      Row{ProblemType::invalid_id, 400, "invalid-id"},
                      Row{ProblemType::invalid_parameter, 400, "invalid-parameter"},
                      Row{ProblemType::malformed_json, 400, "malformed-json"},
                      Row{ProblemType::not_found, 404, "not-found"},
                      Row{ProblemType::user_not_found, 404, "user-not-found"},
                      Row{ProblemType::method_not_allowed, 405, "method-not-allowed"},
                      Row{ProblemType::email_taken, 409, "email-taken"},
                      Row{ProblemType::username_taken, 409, "username-taken"},
                      Row{ProblemType::external_id_taken, 409, "external-id-taken"},
                      Row{ProblemType::changes_expired, 410, "changes-expired"},
                      Row{ProblemType::precondition_failed, 412, "precondition-failed"},
                      Row{ProblemType::content_too_large, 413, "content-too-large"},
                      Row{ProblemType::uri_too_long, 414, "uri-too-long"},
                      Row{ProblemType::unsupported_media_type, 415, "unsupported-media-type"},
                      Row{ProblemType::validation_failed, 422, "validation-failed"},
                      Row{ProblemType::header_fields_too_large, 431, "header-fields-too-large"},
                      Row{ProblemType::internal, 500, "internal"},
                      Row{ProblemType::overloaded, 503, "overloaded"},
                      Row{ProblemType::storage_unavailable, 503, "storage-unavailable"},
                      Row{ProblemType::user_locked, 503, "user-locked"},
                      Row{ProblemType::shutting_down, 503, "shutting-down"},
                      Row{ProblemType::outcome_unknown, 503, "outcome-unknown"},
                      Row{ProblemType::deadline_exceeded, 504, "deadline-exceeded"});
  CHECK(describe(row.code).status == row.status);
  CHECK(describe(row.code).slug == row.slug);
}

TEST_CASE("a problem document holds the error, its target and its trace") {
  auto response =
      problem_response({ProblemType::invalid_id, "an id is a number"}, "/users/abc", "feed", {});
  CHECK(response.status == 400);
  CHECK(response.content_type == "application/problem+json");
  auto body = json::parse(response.body);
  CHECK(body["type"] == "/problems/invalid-id");
  CHECK(body["title"] == "Invalid user id");
  CHECK(body["status"] == 400);
  CHECK(body["detail"] == "an id is a number");
  CHECK(body["instance"] == "/users/abc");
  CHECK(body["trace_id"] == "feed");
  CHECK_FALSE(body.contains("errors"));
  CHECK(response.fields == "Cache-Control: no-store\r\n");
}

TEST_CASE("the type of a problem begins with the URL by which clients reach the server") {
  constexpr Links links("https://users.example/api");
  const Problem problem{ProblemType::not_found, "nothing"};
  auto body = json::parse(problem_response(problem, "/none", "0", links).body);
  CHECK(body["type"] == "https://users.example/api/problems/not-found");
  CHECK(body["instance"] == "/none");
}

TEST_CASE("a validation problem lists every wrong field with its pointer") {
  Problem error{ProblemType::validation_failed,
                "2 fields are wrong",
                {{"/name", "is \"required\""}, {"/email", "has no @"}}};
  auto body = json::parse(problem_response(error, "/users", "0", {}).body);
  REQUIRE(body["errors"].size() == 2);
  CHECK(body["errors"][0]["pointer"] == "/name");
  CHECK(body["errors"][0]["detail"] == "is \"required\"");
  CHECK(body["errors"][1]["pointer"] == "/email");
}

TEST_CASE("a problem of a query lists every wrong parameter by its name") {
  Problem error{ProblemType::invalid_parameter,
                "2 parameters are wrong",
                {{"a\"b", "no such parameter"}, {"\xff", "no such parameter"}}};
  auto body = json::parse(problem_response(error, "/users", "0", {}).body);
  REQUIRE(body["errors"].size() == 2);
  CHECK(body["errors"][0] == json{{"parameter", "a\"b"}, {"detail", "no such parameter"}});
  CHECK(body["errors"][1]["parameter"] == "\xef\xbf\xbd");
}

TEST_CASE("a failed precondition has the tag of the user's version") {
  const Problem error(precondition_failed(7, Timestamp{}));
  CHECK(problem_response(error, "/users/1", "0", {}).fields ==
        "Cache-Control: no-store\r\nETag: \"7\"\r\n");
  const Problem of_all{ProblemType::precondition_failed, "the users as a whole have no version"};
  CHECK(problem_response(of_all, "/users", "0", {}).fields == "Cache-Control: no-store\r\n");
}

TEST_CASE("an e-mail that is taken is named as the wrong field") {
  auto body = json::parse(problem_response(email_taken(), "/users", "0", {}).body);
  CHECK(body["type"] == "/problems/email-taken");
  CHECK(body["errors"] ==
        json{{{"pointer", "/email"}, {"detail", "is the e-mail of another user"}}});
}

TEST_CASE("fields that are not the user's are those of a validation problem, with its tag") {
  const auto response = problem_response(
      validation_failed({{"version", "is not"}, {"updated_at", "is not"}}, 4), "/users/1", "0", {});
  CHECK(response.status == 422);
  CHECK(response.fields == "Cache-Control: no-store\r\nETag: \"4\"\r\n");
  auto body = json::parse(response.body);
  REQUIRE(body["errors"].size() == 2);
  CHECK(body["errors"][1]["pointer"] == "/updated_at");
}

TEST_CASE("a problem whose instance is no UTF-8 is still JSON") {
  auto body =
      json::parse(problem_response({ProblemType::not_found, "x"}, "/\xff\xfe", "0", {}).body);
  CHECK(body["instance"] == "/\xef\xbf\xbd\xef\xbf\xbd");
}

TEST_CASE("only rejections that were surely not applied say Retry-After") {
  for (auto code : every_problem_type) {
    INFO(describe(code).slug);
    auto fields = problem_response({code, "x"}, "/", "0", {}).fields;
    bool retry = code == ProblemType::overloaded || code == ProblemType::storage_unavailable ||
                 code == ProblemType::user_locked || code == ProblemType::shutting_down;
    CHECK((fields.find("Retry-After: 1\r\n") != std::string::npos) == retry);
  }
}

}  // namespace
}  // namespace rollcall::http
