#include <string>
#include <vector>

#include <asio/io_context.hpp>

#include "http/api/router.hpp"
#include "tests/support/actors/manual_clock.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/http/request.hpp"

namespace rollcall::http {
namespace {

using std::chrono::milliseconds;
using tests::Answered;
using tests::AnsweredRef;
using tests::MadeRequest;

// A router; the test keeps the requests that it submits.
struct Fixture {
  asio::io_context io;
  tests::ManualClock clock{io};
  std::shared_ptr<LoopState> state = std::make_shared<LoopState>();
  std::vector<PendingRequestRef> submitted;
  Router router{RouterOptions{AllowedHosts{}, milliseconds{2'000}, 3}, state, clock,
                [this](PendingRequestRef pending) { submitted.push_back(std::move(pending)); }};

  AnsweredRef handle(MadeRequest& request) {
    auto answered = std::make_shared<Answered>();
    router.handle(request.get(), tests::recorded(answered, context_of(request.get())));
    return answered;
  }
  AnsweredRef handle(Method method, std::string target) {
    MadeRequest request(method, std::move(target));
    return handle(request);
  }
  AnsweredRef send(Method method, std::string target, std::string body,
                   std::string type = "application/json") {
    MadeRequest request(method, std::move(target));
    request.with("Content-Type", std::move(type)).body(std::move(body));
    return handle(request);
  }
};

TEST_CASE("the root answers Hello, World!, or the landing page for a browser") {
  Fixture fixture;
  auto plain = fixture.handle(Method::get, "/");
  CHECK(plain->count == 1);
  CHECK(plain->response.status == 200);
  CHECK(plain->response.body == "Hello, World!");
  CHECK(plain->response.content_type == text_type);
  CHECK(plain->has("Vary: Accept"));
  MadeRequest browser(Method::get, "/");
  browser.with("Accept", "text/html,*/*;q=0.8");
  auto page = fixture.handle(browser);
  CHECK(page->response.content_type == html_type);
  CHECK(page->response.body.find("<title>Rollcall</title>") != std::string::npos);
  CHECK(page->has("Vary: Accept"));
}

TEST_CASE("a route that does not exist is a 404 for every method") {
  Fixture fixture;
  auto method = GENERATE(Method::get, Method::head, Method::post, Method::put, Method::options);
  auto target = GENERATE("/nothing", "/users/", "/users/42/", "/problems/nothing/x", "/USERS");
  auto answered = fixture.handle(method, target);
  CHECK(answered->count == 1);
  CHECK(answered->slug() == "not-found");
  CHECK(answered->json()["instance"] == target);
}

TEST_CASE("a method that a route does not have is a 405 that lists those it has") {
  Fixture fixture;
  auto user = fixture.handle(Method::post, "/users/42");
  CHECK(user->slug() == "method-not-allowed");
  CHECK(user->has("Allow: GET, HEAD, PUT, PATCH, DELETE, OPTIONS"));
  auto users = fixture.handle(Method::remove, "/users");
  CHECK(users->slug() == "method-not-allowed");
  CHECK(users->has("Allow: GET, HEAD, POST, OPTIONS"));
  CHECK(fixture.handle(Method::post, "/")->has("Allow: GET, HEAD, OPTIONS"));
  CHECK(fixture.handle(Method::put, "/problems/internal")->slug() == "method-not-allowed");
  CHECK(fixture.handle(Method::get, "*")->slug() == "method-not-allowed");
}

TEST_CASE("OPTIONS lists the methods and has no content") {
  Fixture fixture;
  for (auto target : {"/", "/users", "/users/42", "/users/abc", "*", "/problems"}) {
    auto answered = fixture.handle(Method::options, target);
    CHECK(answered->response.status == 204);
    CHECK(answered->response.fields.find("Allow: GET, HEAD") == 0);
    CHECK(answered->response.body.empty());
  }
}

TEST_CASE("what is no user id is a 400 for every method") {
  Fixture fixture;
  std::string id = GENERATE("0", "-1", "abc", "42x", "1e3", "0x2a", "%2042", "042", "+1", "4.2",
                            "9223372036854775808", "99999999999999999999", "\xd9\xa4\xd9\xa2");
  auto method = GENERATE(Method::get, Method::head, Method::put, Method::patch, Method::remove);
  INFO(id);
  auto answered = fixture.handle(method, "/users/" + id);
  CHECK(answered->slug() == "invalid-id");
  CHECK(fixture.submitted.empty());
}

TEST_CASE("a read goes to the gateway with its id, its conditions and its deadline") {
  Fixture fixture;
  MadeRequest request(Method::get, "/users/9223372036854775807");
  request.with("If-None-Match", "\"3\"").with("Request-Timeout", "0.5");
  auto answered = fixture.handle(request);
  CHECK(answered->count == 0);
  REQUIRE(fixture.submitted.size() == 1);
  auto& pending = *fixture.submitted[0];
  CHECK_FALSE(pending.is_write());
  CHECK(pending.deadline() == fixture.clock.now() + milliseconds{500});
  auto& read = std::get<ReadUser>(pending.operation());
  CHECK(read.id.value() == 9'223'372'036'854'775'807);
  CHECK(read.precondition.if_none_match->contains(3));
  CHECK_FALSE(read.fresh);
}

TEST_CASE("a request with no-cache is a fresh read") {
  Fixture fixture;
  for (auto value : {"no-cache", "max-age=0, No-Cache"}) {
    MadeRequest request(Method::get, "/users/1");
    request.with("Cache-Control", value);
    fixture.handle(request);
    CHECK(std::get<ReadUser>(fixture.submitted.back()->operation()).fresh);
  }
}

TEST_CASE("a page goes to the gateway with its limit and its cursor") {
  Fixture fixture;
  fixture.handle(Method::head, "/users?limit=7&after=42");
  REQUIRE(fixture.submitted.size() == 1);
  const auto& read = std::get<ReadList>(fixture.submitted[0]->operation());
  CHECK(read.list == ListQuery(PageQuery{.after = ListPosition{{}, 42}, .limit = 7}));
}

TEST_CASE("writes go to the gateway as changes") {
  Fixture fixture;
  fixture.state->stats.in_flight = 0;
  fixture.send(Method::post, "/users", R"({"name":"Ada"})");
  REQUIRE(fixture.submitted.size() == 1);
  CHECK(fixture.submitted[0]->is_write());
  auto& create = std::get<CreateUser>(std::get<Change>(fixture.submitted[0]->operation()));
  CHECK(create.fields.name.value() == "Ada");
  fixture.submitted.clear();

  MadeRequest put(Method::put, "/users/7");
  put.with("Content-Type", "application/json").with("If-Match", "\"2\"").body(R"({"name":"Bob"})");
  fixture.handle(put);
  auto& replace = std::get<ReplaceUser>(std::get<Change>(fixture.submitted.at(0)->operation()));
  CHECK(replace.id.value() == 7);
  CHECK(replace.precondition.if_match->contains(2));
  CHECK_FALSE(replace.fields.email);
  fixture.submitted.clear();

  fixture.send(Method::patch, "/users/7", R"({"email":null})", "application/merge-patch+json");
  auto& patch = std::get<PatchUser>(std::get<Change>(fixture.submitted.at(0)->operation()));
  CHECK_FALSE(patch.patch.name);
  CHECK(patch.patch.email);
  fixture.submitted.clear();

  fixture.handle(Method::remove, "/users/7");
  auto& removed = std::get<DeleteUser>(std::get<Change>(fixture.submitted.at(0)->operation()));
  CHECK(removed.id.value() == 7);
}

TEST_CASE("a body of a type that is not read is a 415 that lists those that are") {
  Fixture fixture;
  auto post = fixture.send(Method::post, "/users", "{}", "text/plain");
  CHECK(post->slug() == "unsupported-media-type");
  CHECK(post->has("Accept: application/json"));
  auto merge = fixture.send(Method::put, "/users/1", "{}", "application/merge-patch+json");
  CHECK(merge->slug() == "unsupported-media-type");
  auto patch = fixture.send(Method::patch, "/users/1", "{}", "application/json-patch+json");
  CHECK(patch->slug() == "unsupported-media-type");
  CHECK(patch->has("Accept-Patch: application/merge-patch+json, application/json"));
}

TEST_CASE("a parameter that a route of users does not have is named") {
  Fixture fixture;
  for (auto target : {"/users?x=1", "/users/1?x=1", "/users/1?x"}) {
    auto answered = fixture.handle(Method::get, target);
    INFO(target);
    CHECK(answered->slug() == "invalid-parameter");
    CHECK(answered->json()["detail"].get<std::string>().find("x:") == 0);
  }
  CHECK(fixture.send(Method::post, "/users?x=1", R"({"name":"Ada"})")->slug() ==
        "invalid-parameter");
}

TEST_CASE("an HTML page takes any query") {
  Fixture fixture;
  for (auto target : {"/?utm_source=x", "/problems?x", "/problems/internal?%zz"}) {
    INFO(target);
    CHECK(fixture.handle(Method::get, target)->response.status == 200);
  }
}

TEST_CASE("over the limit of requests in flight a request is refused at once") {
  Fixture fixture;
  for (int i = 0; i < 3; ++i) CHECK(fixture.handle(Method::get, "/users/1")->count == 0);
  auto refused = fixture.handle(Method::get, "/users/1");
  CHECK(refused->slug() == "overloaded");
  CHECK(refused->has("Retry-After: 1"));
  CHECK(fixture.state->stats.in_flight == 3);
  CHECK(fixture.handle(Method::get, "/")->response.status == 200);  // needs no actor
  fixture.submitted[0]->fail({ProblemType::user_not_found, "none"});
  CHECK(fixture.handle(Method::get, "/users/1")->count == 0);
}

TEST_CASE("a pending request that never reaches a gateway is answered 503") {
  Fixture fixture;
  auto answered = fixture.handle(Method::get, "/users/1");
  fixture.submitted.clear();
  CHECK(answered->count == 1);
  CHECK(answered->slug() == "storage-unavailable");
  CHECK(fixture.state->stats.in_flight == 0);
}

TEST_CASE("a pending request keeps its first answer and drops later ones") {
  Fixture fixture;
  auto answered = fixture.handle(Method::get, "/users/1");
  auto& pending = *fixture.submitted[0];
  pending.fail({ProblemType::deadline_exceeded, "late"});
  pending.answer({200, text_type, "too late"});
  pending.fail({ProblemType::internal, "too late"});
  CHECK(answered->count == 1);
  CHECK(answered->slug() == "deadline-exceeded");
}

TEST_CASE("while draining every request is refused and its connection closed") {
  Fixture fixture;
  fixture.state->draining = true;
  for (auto target : {"/", "/users/1"}) {
    auto answered = fixture.handle(Method::get, target);
    CHECK(answered->slug() == "shutting-down");
    CHECK(answered->response.close);
    CHECK(answered->has("Retry-After: 1"));
  }
  CHECK(fixture.submitted.empty());
}

TEST_CASE("a head that is refused whatever follows is refused before its body is here") {
  Fixture fixture;
  const auto refused = [&](Method method, std::string target, const std::string& type) {
    MadeRequest request(method, std::move(target));
    request.with("Content-Type", type);
    const auto refusal = fixture.router.refuse_head(request.get());
    return refusal ? describe(refusal->problem.type).slug : "";
  };
  CHECK(refused(Method::post, "/users", "application/json").empty());
  CHECK(refused(Method::patch, "/users/1", "application/merge-patch+json").empty());
  CHECK(refused(Method::post, "/nowhere", "application/json") == "not-found");
  CHECK(refused(Method::post, "/users/1", "application/json") == "method-not-allowed");
  CHECK(refused(Method::post, "/users", "text/plain") == "unsupported-media-type");
  fixture.state->draining = true;
  CHECK(refused(Method::post, "/users", "application/json") == "shutting-down");
}

TEST_CASE("a host that is not served and a page of another origin are refused") {
  Fixture fixture;
  MadeRequest other(Method::remove, "/users/79");
  other.without_fields().with("Host", "evil.example");
  CHECK(fixture.handle(other)->slug() == "misdirected-request");
  MadeRequest foreign(Method::remove, "/users/79");
  foreign.with("Origin", "http://evil.example");
  CHECK(fixture.handle(foreign)->slug() == "forbidden");
  CHECK(fixture.submitted.empty());
}

TEST_CASE("the answer to a coding that is not read names the one that is") {
  Fixture fixture;
  MadeRequest request(Method::post, "/users");
  request.with("Content-Type", "application/json").with("Content-Encoding", "gzip").body("x");
  const auto answered = fixture.handle(request);
  CHECK(answered->slug() == "unsupported-media-type");
  CHECK(answered->has("Accept-Encoding: identity"));
}

TEST_CASE("OPTIONS of a user says what a PATCH may have as its body") {
  Fixture fixture;
  CHECK(fixture.handle(Method::options, "/users/42")
            ->has("Accept-Patch: application/merge-patch+json, application/json"));
}

TEST_CASE("the trace of a request is found in its problem document") {
  Fixture fixture;
  MadeRequest request(Method::get, "/nothing?x=1");
  request.with("TraceParent", "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01");
  auto answered = fixture.handle(request);
  CHECK(answered->json()["trace_id"] == "0af7651916cd43dd8448eb211c80319c");
  CHECK(answered->json()["instance"] == "/nothing");
}

}  // namespace
}  // namespace rollcall::http
