// The promises of docs/scaling.md, held over many seeds.
#include "tests/simulator/simulation.hpp"

#include "tests/support/catch.hpp"

namespace rollcall::tests {
namespace {

TEST_CASE("no seed makes two nodes on one PostgreSQL break a promise") {
  constexpr std::uint64_t seeds = 2'000;
  const simulator::SimulationOptions options;
  for (std::uint64_t seed = 1; seed <= seeds; ++seed) {
    const auto outcome = simulator::simulate_postgres(seed, options);
    if (!outcome.violations.empty()) FAIL_CHECK(report(outcome));
  }
}

TEST_CASE("a seed gives the same run again, step by step") {
  for (std::uint64_t seed = 1; seed <= 20; ++seed) {
    simulator::SimulationOptions options;
    options.trace = true;
    const auto first = simulator::simulate_postgres(seed, options);
    const auto second = simulator::simulate_postgres(seed, options);
    REQUIRE(first.trace.size() > 1'000);
    REQUIRE(first.trace == second.trace);
  }
}

}  // namespace
}  // namespace rollcall::tests
