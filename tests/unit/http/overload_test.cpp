// Which requests a loop admits, and how it measures their wait.
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include <asio/io_context.hpp>

#include "http/api/queue_wait.hpp"
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

const std::string read_target = "/users/1";
const std::string page_target = "/users?limit=500";

// A router with so many places; what it admits stays in flight.
struct Places {
  asio::io_context io;
  tests::ManualClock clock{io};
  std::shared_ptr<LoopState> state = std::make_shared<LoopState>();
  std::vector<PendingRequestRef> submitted;
  Router router;

  explicit Places(std::size_t count)
      : router(RouterOptions{AllowedHosts{}, milliseconds{2'000}, count}, state, clock,
               [this](PendingRequestRef pending) { submitted.push_back(std::move(pending)); }) {}

  AnsweredRef ask(Method method, const std::string& target) {
    MadeRequest request(method, target);
    auto answered = std::make_shared<Answered>();
    router.handle(request.get(), tests::recorded(answered));
    return answered;
  }
  bool admits(Method method, const std::string& target) {
    const auto before = submitted.size();
    const auto answered = ask(method, target);
    const bool admitted = submitted.size() > before;
    CHECK(answered->count == (admitted ? 0 : 1));
    if (!admitted) CHECK(answered->slug() == "overloaded");
    return admitted;
  }
};

TEST_CASE("lookups may have all places, pages and writes half of them each") {
  for (const auto& [method, target, places] :
       {std::tuple(Method::get, read_target, 8), std::tuple(Method::get, page_target, 4),
        std::tuple(Method::remove, read_target, 4)}) {
    Places loop(8);
    for (int i = 0; i < places; ++i) CHECK(loop.admits(method, target));
    CHECK_FALSE(loop.admits(method, target));
    CHECK(loop.admits(Method::get, read_target) == (places < 8));
    loop.submitted.erase(loop.submitted.begin());
    CHECK(loop.admits(method, target));
  }
}

TEST_CASE("with one place each kind of request can have it") {
  for (const auto& [method, target] :
       {std::pair(Method::get, read_target), std::pair(Method::get, page_target),
        std::pair(Method::remove, read_target)}) {
    Places loop(1);
    CHECK(loop.admits(method, target));
    CHECK_FALSE(loop.admits(Method::get, read_target));
  }
}

TEST_CASE("where requests wait for half of their time few more of their kind are admitted") {
  Places loop(1'000);
  loop.state->queue(RequestKind::write).wait = milliseconds{1'000};
  for (int i = 0; i < 100; ++i) CHECK(loop.admits(Method::remove, read_target));
  loop.state->queue(RequestKind::write).wait = milliseconds{1'001};
  loop.state->queue(RequestKind::lookup).wait = milliseconds{1'999};
  CHECK_FALSE(loop.admits(Method::remove, read_target));
  CHECK(loop.ask(Method::remove, read_target)->has("Retry-After: 2"));
  CHECK(loop.admits(Method::get, read_target));
  CHECK(loop.admits(Method::get, page_target));
  loop.submitted.clear();
  for (std::size_t i = 0; i < Router::always_admitted; ++i) {
    CHECK(loop.admits(Method::remove, read_target));
  }
  CHECK_FALSE(loop.admits(Method::remove, read_target));
}

TEST_CASE("where too much is buffered every request is refused, pages are where it is half") {
  Places loop(1'000);
  loop.state->max_buffered = 1'000;
  loop.state->stats.buffered = 499;
  CHECK(loop.admits(Method::get, page_target));
  loop.state->stats.buffered = 500;
  CHECK_FALSE(loop.admits(Method::get, page_target));
  CHECK(loop.admits(Method::get, read_target));
  CHECK(loop.admits(Method::remove, read_target));
  loop.state->stats.buffered = 1'000;
  CHECK_FALSE(loop.admits(Method::get, page_target));
  CHECK_FALSE(loop.admits(Method::get, read_target));
  CHECK_FALSE(loop.admits(Method::remove, read_target));
  CHECK(loop.ask(Method::get, "/problems")->slug() == "overloaded");
  CHECK(loop.router.intake(Method::get, "/problems") == Intake::refused);
}

TEST_CASE("unsafe requests and pages run alone, whatever the form of their target") {
  const Places loop(1'000);
  for (const auto* target : {"/users", "/users?limit=5", "http://localhost/users?after=1"}) {
    INFO(target);
    CHECK(loop.router.intake(Method::get, target) == Intake::alone);
    CHECK(loop.router.intake(Method::post, target) == Intake::alone);
  }
  for (const auto* target : {"/users/1", "/", "/users2", "/usersx?limit=5", "*", "http://a/users/1",
                             "http://a/users2"}) {
    INFO(target);
    CHECK(loop.router.intake(Method::head, target) == Intake::beside_others);
    CHECK(loop.router.intake(Method::remove, target) == Intake::alone);
  }
}

TEST_CASE("the intake refuses requests for users for lack of places, and no others") {
  Places loop(2);
  CHECK(loop.admits(Method::remove, read_target));
  CHECK(loop.router.intake(Method::patch, read_target) == Intake::refused);
  CHECK(loop.router.intake(Method::get, read_target) == Intake::beside_others);
  CHECK(loop.admits(Method::get, read_target));
  for (const std::string target : {"/users/1", "/users?limit=1", "http://localhost/users/1"}) {
    INFO(target);
    CHECK(loop.router.intake(Method::get, target) == Intake::refused);
  }
  CHECK(loop.router.intake(Method::options, read_target) == Intake::beside_others);
  for (const std::string target : {"/", "/problems", "/users2", "*"}) {
    INFO(target);
    CHECK(loop.router.intake(Method::get, target) == Intake::beside_others);
  }
  loop.state->draining = true;  // then the answer is another, and ends the connection
  CHECK(loop.router.intake(Method::get, read_target) == Intake::beside_others);
}

TEST_CASE("a write is refused for lack of places before its body is here") {
  Places loop(1);
  MadeRequest request(Method::put, read_target);
  request.with("Content-Type", "application/json");
  CHECK_FALSE(loop.router.refuse_head(request.get()));
  CHECK(loop.admits(Method::remove, read_target));
  REQUIRE(loop.router.refuse_head(request.get()));
  CHECK(loop.router.refuse_head(request.get())->problem.type == ProblemType::overloaded);
}

// Times in milliseconds.
struct Waits {
  QueueWait queue;

  static QueueWait::TimePoint at(int time) { return QueueWait::TimePoint(milliseconds(time)); }
  // Looks at requests that arrived then, of which these were answered.
  int look(int now, const std::vector<std::pair<int, bool>>& requests) {
    for (const auto& [arrived, answered] : requests) queue.see(at(arrived), answered);
    return static_cast<int>(queue.at(at(now)) / milliseconds(1));
  }
};

TEST_CASE("the wait is that of the newest request that was answered") {
  Waits waits;
  CHECK(waits.look(110, {{100, false}}) == 10);
  CHECK(waits.look(120, {{100, true}, {105, true}, {112, false}}) == 15);
  CHECK(waits.look(130, {{112, true}, {125, true}, {126, false}}) == 5);
}

TEST_CASE("one slow request is no queue") {
  Waits waits;
  for (int now = 10; now < 500; now += 10) {
    CHECK(waits.look(now, {{0, false}, {now - 4, true}, {now - 3, false}}) == 4);
  }
}

TEST_CASE("while no request is answered the wait grows, and does not shrink") {
  Waits waits;
  CHECK(waits.look(100, {{40, true}, {70, false}}) == 60);
  CHECK(waits.look(110, {{70, false}}) == 60);
  CHECK(waits.look(150, {{70, false}, {140, false}}) == 60);
  CHECK(waits.look(190, {{70, false}, {140, false}}) == 90);
  CHECK(waits.look(200, {{70, true}, {140, false}}) == 130);
}

TEST_CASE("a request that is alone waits since it arrived, and without requests there is no wait") {
  Waits waits;
  CHECK(waits.look(100, {{90, true}}) == 0);
  CHECK(waits.look(9'000, {{8'995, false}}) == 5);
  CHECK(waits.look(9'010, {}) == 0);
}

}  // namespace
}  // namespace rollcall::http
