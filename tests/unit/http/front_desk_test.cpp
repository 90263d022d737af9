#include <string>
#include <vector>

#include <asio/io_context.hpp>

#include "http/api/front_desk.hpp"
#include "tests/support/actors/manual_clock.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/http/request.hpp"

namespace rollcall::http {
namespace {

using std::chrono::milliseconds;
using tests::Answered;
using tests::AnsweredRef;
using tests::MadeRequest;

// A desk whose exchanges stay where the test sees them.
struct Lobby {
  asio::io_context io;
  tests::ManualClock clock{io};
  std::shared_ptr<Traffic> traffic = std::make_shared<Traffic>();
  std::vector<ExchangeRef> submitted;
  FrontDesk desk{FrontDeskOptions{RequestLimits{}, milliseconds{2'000}, 3}, traffic, clock,
                 [this](ExchangeRef exchange) { submitted.push_back(std::move(exchange)); }};

  AnsweredRef receive(MadeRequest& request) {
    auto answered = std::make_shared<Answered>();
    desk.receive(request.get(), tests::recorded(answered, origin_of(request.get())));
    return answered;
  }
  AnsweredRef receive(Method method, std::string target) {
    MadeRequest request(method, std::move(target));
    return receive(request);
  }
  AnsweredRef send(Method method, std::string target, std::string body,
                   std::string type = "application/json") {
    MadeRequest request(method, std::move(target));
    request.with("Content-Type", std::move(type)).body(std::move(body));
    return receive(request);
  }
};

TEST_CASE("the root answers Hello, World!, or the landing page for a browser") {
  Lobby lobby;
  auto plain = lobby.receive(Method::get, "/");
  CHECK(plain->count == 1);
  CHECK(plain->response.status == 200);
  CHECK(plain->response.body == "Hello, World!");
  CHECK(plain->response.content_type == text_type);
  CHECK(plain->has("Vary: Accept"));
  MadeRequest browser(Method::get, "/");
  browser.with("Accept", "text/html,*/*;q=0.8");
  auto page = lobby.receive(browser);
  CHECK(page->response.content_type == html_type);
  CHECK(page->response.body.find("<title>Rollcall</title>") != std::string::npos);
  CHECK(page->has("Vary: Accept"));
}

TEST_CASE("a route that does not exist is a 404 for every method") {
  Lobby lobby;
  auto method = GENERATE(Method::get, Method::head, Method::post, Method::put, Method::options,
                         Method::other);
  auto target = GENERATE("/nothing", "/users/", "/users/42/", "/problems/nothing/x", "/USERS");
  auto answered = lobby.receive(method, target);
  CHECK(answered->count == 1);
  CHECK(answered->slug() == "not-found");
  CHECK(answered->json()["instance"] == target);
}

TEST_CASE("a method that a route does not have is a 405 that lists those it has") {
  Lobby lobby;
  auto user = lobby.receive(Method::post, "/users/42");
  CHECK(user->slug() == "method-not-allowed");
  CHECK(user->has("Allow: GET, HEAD, PUT, PATCH, DELETE, OPTIONS"));
  auto users = lobby.receive(Method::remove, "/users");
  CHECK(users->slug() == "method-not-allowed");
  CHECK(users->has("Allow: GET, HEAD, POST, OPTIONS"));
  CHECK(lobby.receive(Method::other, "/")->has("Allow: GET, HEAD, OPTIONS"));
  CHECK(lobby.receive(Method::put, "/problems/internal")->slug() == "method-not-allowed");
  CHECK(lobby.receive(Method::get, "*")->slug() == "method-not-allowed");
}

TEST_CASE("OPTIONS lists the methods and has no content") {
  Lobby lobby;
  for (auto target : {"/", "/users", "/users/42", "/users/abc", "*", "/problems"}) {
    auto answered = lobby.receive(Method::options, target);
    CHECK(answered->response.status == 204);
    CHECK(answered->response.fields.find("Allow: GET, HEAD") == 0);
    CHECK(answered->response.body.empty());
  }
}

TEST_CASE("what is no user id is a 400 for every method") {
  Lobby lobby;
  std::string id = GENERATE("0", "-1", "abc", "42x", "1e3", "0x2a", "%2042", "042", "+1", "4.2",
                            "9223372036854775808", "99999999999999999999", "\xd9\xa4\xd9\xa2");
  auto method = GENERATE(Method::get, Method::head, Method::put, Method::patch, Method::remove);
  INFO(id);
  auto answered = lobby.receive(method, "/users/" + id);
  CHECK(answered->slug() == "invalid-id");
  CHECK(lobby.submitted.empty());
}

TEST_CASE("a read goes to the gateway with its id, its conditions and its deadline") {
  Lobby lobby;
  MadeRequest request(Method::get, "/users/9223372036854775807");
  request.with("If-None-Match", "\"3\"").with("Request-Timeout", "0.5");
  auto answered = lobby.receive(request);
  CHECK(answered->count == 0);
  REQUIRE(lobby.submitted.size() == 1);
  auto& exchange = *lobby.submitted[0];
  CHECK_FALSE(exchange.is_write());
  CHECK(exchange.deadline() == lobby.clock.now() + milliseconds{500});
  auto& read = std::get<ReadUser>(exchange.operation());
  CHECK(read.id.value() == 9'223'372'036'854'775'807);
  CHECK(read.precondition.if_none_match->contains(3));
  CHECK_FALSE(read.fresh);
}

TEST_CASE("a client that wants no cache gets a fresh read") {
  Lobby lobby;
  for (auto value : {"no-cache", "max-age=0, No-Cache"}) {
    MadeRequest request(Method::get, "/users/1");
    request.with("Cache-Control", value);
    lobby.receive(request);
    CHECK(std::get<ReadUser>(lobby.submitted.back()->operation()).fresh);
  }
}

TEST_CASE("a page goes to the gateway with its limit and its cursor") {
  Lobby lobby;
  lobby.receive(Method::head, "/users?limit=7&after=42");
  REQUIRE(lobby.submitted.size() == 1);
  auto& page = std::get<ReadPage>(lobby.submitted[0]->operation());
  CHECK(page.limit == 7);
  CHECK(page.after == UserId::from(42));
}

TEST_CASE("writes go to the gateway as changes") {
  Lobby lobby;
  lobby.traffic->in_flight = 0;
  lobby.send(Method::post, "/users", R"({"name":"Ada"})");
  REQUIRE(lobby.submitted.size() == 1);
  CHECK(lobby.submitted[0]->is_write());
  auto& create = std::get<CreateUser>(std::get<Change>(lobby.submitted[0]->operation()));
  CHECK(create.name.value() == "Ada");
  lobby.submitted.clear();

  MadeRequest put(Method::put, "/users/7");
  put.with("Content-Type", "application/json").with("If-Match", "\"2\"").body(R"({"name":"Bob"})");
  lobby.receive(put);
  auto& replace = std::get<ReplaceUser>(std::get<Change>(lobby.submitted.at(0)->operation()));
  CHECK(replace.id.value() == 7);
  CHECK(replace.precondition.if_match->contains(2));
  CHECK_FALSE(replace.email);
  lobby.submitted.clear();

  lobby.send(Method::patch, "/users/7", R"({"email":null})", "application/merge-patch+json");
  auto& patch = std::get<PatchUser>(std::get<Change>(lobby.submitted.at(0)->operation()));
  CHECK_FALSE(patch.name);
  CHECK(patch.email);
  lobby.submitted.clear();

  lobby.receive(Method::remove, "/users/7");
  auto& removed = std::get<DeleteUser>(std::get<Change>(lobby.submitted.at(0)->operation()));
  CHECK(removed.id.value() == 7);
}

TEST_CASE("a body of a type that is not read is a 415 that lists those that are") {
  Lobby lobby;
  auto post = lobby.send(Method::post, "/users", "{}", "text/plain");
  CHECK(post->slug() == "unsupported-media-type");
  CHECK(post->has("Accept: application/json"));
  auto merge = lobby.send(Method::put, "/users/1", "{}", "application/merge-patch+json");
  CHECK(merge->slug() == "unsupported-media-type");
  auto patch = lobby.send(Method::patch, "/users/1", "{}", "application/json-patch+json");
  CHECK(patch->slug() == "unsupported-media-type");
  CHECK(patch->has("Accept-Patch: application/merge-patch+json, application/json"));
}

TEST_CASE("a parameter that a route of users does not have is named") {
  Lobby lobby;
  for (auto target : {"/users?x=1", "/users/1?x=1", "/users/1?x"}) {
    auto answered = lobby.receive(Method::get, target);
    INFO(target);
    CHECK(answered->slug() == "invalid-parameter");
    CHECK(answered->json()["detail"].get<std::string>().find("x:") == 0);
  }
  CHECK(lobby.send(Method::post, "/users?x=1", R"({"name":"Ada"})")->slug() == "invalid-parameter");
}

TEST_CASE("a page for people takes any query") {
  Lobby lobby;
  for (auto target : {"/?utm_source=x", "/problems?x", "/problems/internal?%zz"}) {
    INFO(target);
    CHECK(lobby.receive(Method::get, target)->response.status == 200);
  }
}

TEST_CASE("over the limit of requests in flight a request is refused at once") {
  Lobby lobby;
  for (int i = 0; i < 3; ++i) CHECK(lobby.receive(Method::get, "/users/1")->count == 0);
  auto refused = lobby.receive(Method::get, "/users/1");
  CHECK(refused->slug() == "overloaded");
  CHECK(refused->has("Retry-After: 1"));
  CHECK(lobby.traffic->in_flight == 3);
  CHECK(lobby.receive(Method::get, "/")->response.status == 200);  // needs no actor
  lobby.submitted[0]->fail({ProblemType::user_not_found, "none"});
  CHECK(lobby.receive(Method::get, "/users/1")->count == 0);
}

TEST_CASE("an exchange that never reaches a gateway is answered 503") {
  Lobby lobby;
  auto answered = lobby.receive(Method::get, "/users/1");
  lobby.submitted.clear();
  CHECK(answered->count == 1);
  CHECK(answered->slug() == "storage-unavailable");
  CHECK(lobby.traffic->in_flight == 0);
}

TEST_CASE("an exchange keeps its first answer and drops later ones") {
  Lobby lobby;
  auto answered = lobby.receive(Method::get, "/users/1");
  auto& exchange = *lobby.submitted[0];
  exchange.fail({ProblemType::deadline_exceeded, "late"});
  exchange.answer({200, text_type, "too late"});
  exchange.fail({ProblemType::internal, "too late"});
  CHECK(answered->count == 1);
  CHECK(answered->slug() == "deadline-exceeded");
}

TEST_CASE("while draining every request is refused and its connection closed") {
  Lobby lobby;
  lobby.traffic->draining = true;
  for (auto target : {"/", "/users/1"}) {
    auto answered = lobby.receive(Method::get, target);
    CHECK(answered->slug() == "shutting-down");
    CHECK(answered->response.close);
    CHECK(answered->has("Retry-After: 1"));
  }
  CHECK(lobby.submitted.empty());
}

TEST_CASE("a message that breaks HTTP or a limit is refused and its connection closed") {
  Lobby lobby;
  MadeRequest no_host(Method::get, "/");
  no_host.without_fields();
  auto bad = lobby.receive(no_host);
  CHECK(bad->slug() == "bad-request");
  CHECK(bad->response.close);
  auto large = lobby.send(Method::post, "/users", std::string(65'537, ' '));
  CHECK(large->slug() == "content-too-large");
  CHECK(large->response.close);
  auto at_limit = lobby.send(Method::post, "/users", std::string(65'536, ' '));
  CHECK(at_limit->slug() == "malformed-json");
  CHECK_FALSE(at_limit->response.close);
}

TEST_CASE("the trace of a request is found in its problem document") {
  Lobby lobby;
  MadeRequest request(Method::get, "/nothing?x=1");
  request.with("TraceParent", "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01");
  auto answered = lobby.receive(request);
  CHECK(answered->json()["trace_id"] == "0af7651916cd43dd8448eb211c80319c");
  CHECK(answered->json()["instance"] == "/nothing");
}

}  // namespace
}  // namespace rollcall::http
