// Simulations with many seeds break no promise of docs/scaling.md.
#include "tests/simulator/simulation.hpp"

#include "tests/support/catch.hpp"

namespace rollcall::tests {
namespace {

void check_seeds(const simulator::Engine& engine, std::uint64_t seeds) {
  for (std::uint64_t seed = 1; seed <= seeds; ++seed) {
    const auto outcome = engine.simulate(seed, {});
    if (!outcome.violations.empty()) FAIL_CHECK(report(engine, outcome));
  }
}

TEST_CASE("no seed makes two nodes on one PostgreSQL break a promise") {
  check_seeds(*simulator::engine_named("postgres"), 2'000);
}

TEST_CASE("no seed makes a node on SQLite break a promise") {
  check_seeds(*simulator::engine_named("sqlite"), 2'000);
}

TEST_CASE("a seed gives the same run again, step by step") {
  const auto& engine = simulator::engines.at(GENERATE(0U, 1U));
  for (std::uint64_t seed = 1; seed <= 20; ++seed) {
    simulator::SimulationOptions options;
    options.trace = true;
    const auto first = engine.simulate(seed, options);
    const auto second = engine.simulate(seed, options);
    REQUIRE(first.trace.size() > 300);
    REQUIRE(first.trace == second.trace);
  }
}

}  // namespace
}  // namespace rollcall::tests
