// Runs simulations: many seeds, or a replay of one seed, step by step.
#include <algorithm>
#include <exception>
#include <iostream>
#include <string>
#include <vector>

#include <CLI/CLI.hpp>

#include "tests/simulator/simulation.hpp"

namespace {

using rollcall::simulator::Engine;
using rollcall::simulator::SimulationOptions;

int replay(const Engine& engine, std::uint64_t seed, SimulationOptions options) {
  options.trace = true;
  const auto outcome = engine.simulate(seed, options);
  for (const auto& line : outcome.trace) std::cout << line << '\n';
  if (outcome.violations.empty()) {
    std::cout << "seed " << seed << " keeps every promise on " << engine.title << '\n';
    return 0;
  }
  std::cout << report(engine, outcome);
  return 1;
}

int run(const Engine& engine, std::uint64_t first, std::uint64_t count,
        const SimulationOptions& options, std::uint64_t most_failures) {
  std::uint64_t failed = 0;
  std::uint64_t operations = 0;
  auto seed = first;
  for (; seed < first + count && failed < most_failures; ++seed) {
    const auto outcome = engine.simulate(seed, options);
    operations += outcome.operations;
    if (outcome.violations.empty()) continue;
    ++failed;
    std::cout << report(engine, outcome) << std::flush;
  }
  std::cout << engine.title << ": " << seed - first << " seeds from " << first << ", " << operations
            << " requests, " << failed << " seeds break a promise\n";
  return failed == 0 ? 0 : 1;
}

}  // namespace

int main(int argc, char** argv) {
  CLI::App app(
      "Simulates two nodes on one PostgreSQL, and one on SQLite, with faults that come from a "
      "seed.");
  std::uint64_t count = 2'000;
  std::uint64_t first = 1;
  std::uint64_t seed = 0;
  std::uint64_t most_failures = 10;
  std::vector<std::string> without;
  std::string only;
  app.add_option("seeds", count, "how many seeds");
  app.add_option("--from", first, "the first of them");
  auto* one = app.add_option("--seed", seed, "replay this one, step by step");
  app.add_option("--failures", most_failures, "end after so many seeds that break a promise");
  app.add_option("--engine", only, "postgres or sqlite; else both");
  app.add_option("--without", without, "kinds of faults to leave out");
  CLI11_PARSE(app, argc, argv);
  SimulationOptions options;
  for (const auto& kind : without) {
    bool* flag = options.faults.find(kind);
    if (flag == nullptr) {
      std::cerr << "there is no kind of faults '" << kind << "'\n";
      return 2;
    }
    *flag = false;
  }
  if (!only.empty() && rollcall::simulator::engine_named(only) == nullptr) {
    std::cerr << "there is no engine '" << only << "'\n";
    return 2;
  }
  int worst = 0;
  try {
    for (const Engine& engine : rollcall::simulator::engines) {
      if (!only.empty() && engine.name != only) continue;
      worst = std::max(worst, one->count() > 0 ? replay(engine, seed, options)
                                               : run(engine, first, count, options, most_failures));
    }
  } catch (const std::exception& error) {
    std::cerr << "the simulation itself failed: " << error.what() << '\n';
    return 3;
  }
  return worst;
}
