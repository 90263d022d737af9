// Which requests are costly, and how many of them a loop admits.
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include <asio/io_context.hpp>

#include "http/api/router.hpp"
#include "tests/support/actors/manual_clock.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/http/request.hpp"

namespace rollcall::http {
namespace {

using tests::Answered;
using tests::MadeRequest;

TEST_CASE("pages count by their limit, and leave half of the places to other requests") {
  asio::io_context io;
  const tests::ManualClock clock(io);
  const auto state = std::make_shared<LoopState>();
  std::vector<PendingRequestRef> submitted;
  Router router(RouterOptions{AllowedHosts{}, std::chrono::milliseconds{2'000}, 200}, state, clock,
                [&](PendingRequestRef pending) { submitted.push_back(std::move(pending)); });
  const auto slug = [&](std::string target) {
    MadeRequest request(Method::get, std::move(target));
    auto answered = std::make_shared<Answered>();
    router.handle(request.get(), tests::recorded(answered));
    return answered->count == 0 ? "" : answered->slug().value_or("none");
  };
  for (int i = 0; i < 3; ++i) CHECK(slug("/users?limit=500") == "");  // 32 each
  CHECK(slug("/users?limit=500") == "overloaded");
  CHECK(slug("/users?limit=48") == "");  // 4
  CHECK(slug("/users?limit=1") == "overloaded");
  CHECK(slug("/users/1") == "");
  submitted[0]->fail({ProblemType::deadline_exceeded, "late"});
  CHECK(slug("/users?limit=400") == "");
  submitted.clear();
  CHECK(state->pages_cost == 0);
}

TEST_CASE("with few places one page at a time is admitted, however large") {
  asio::io_context io;
  const tests::ManualClock clock(io);
  std::vector<PendingRequestRef> submitted;
  Router router(RouterOptions{AllowedHosts{}, std::chrono::milliseconds{2'000}, 2},
                std::make_shared<LoopState>(), clock,
                [&](PendingRequestRef pending) { submitted.push_back(std::move(pending)); });
  for (const std::size_t admitted : {1U, 1U}) {
    MadeRequest request(Method::get, "/users?limit=500");
    router.handle(request.get(), tests::recorded(std::make_shared<Answered>()));
    CHECK(submitted.size() == admitted);
  }
}

TEST_CASE("pages are costly, whatever the form of their target, and nothing else is") {
  asio::io_context io;
  const tests::ManualClock clock(io);
  const Router router(RouterOptions{}, std::make_shared<LoopState>(), clock, [](auto) {});
  for (const auto* target : {"/users", "/users?limit=5", "http://localhost/users?after=1"}) {
    INFO(target);
    CHECK(router.is_costly(target));
  }
  for (const auto* target :
       {"/users/1", "/", "/users2", "/usersx?limit=5", "*", "http://a/users/1"}) {
    INFO(target);
    CHECK_FALSE(router.is_costly(target));
  }
}

}  // namespace
}  // namespace rollcall::http
