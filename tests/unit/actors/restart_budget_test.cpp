#include "actors/runtime/restart_budget.hpp"

#include "tests/support/catch.hpp"

namespace rollcall::tests {
namespace {

using actors::Clock;
using actors::RestartBudget;
using std::chrono::seconds;

TEST_CASE("a restart budget allows max_restarts in the window and not one more") {
  RestartBudget budget(3, seconds{30});
  const Clock::TimePoint start{};
  CHECK(budget.spend(start));
  CHECK(budget.spend(start + seconds{1}));
  CHECK(budget.spend(start + seconds{2}));
  CHECK_FALSE(budget.spend(start + seconds{30}));
}

TEST_CASE("a restart that is older than the window no longer counts") {
  RestartBudget budget(1, seconds{30});
  const Clock::TimePoint start{};
  CHECK(budget.spend(start));
  CHECK(budget.spend(start + seconds{31}));
  CHECK_FALSE(budget.spend(start + seconds{32}));
}

TEST_CASE("a budget of none allows none") {
  RestartBudget budget(0, seconds{30});
  CHECK_FALSE(budget.spend(Clock::TimePoint{}));
}

}  // namespace
}  // namespace rollcall::tests
