// Runs simulations: many seeds, or one, step by step.
#include <cstdio>
#include <exception>
#include <iostream>
#include <string>
#include <vector>

#include <CLI/CLI.hpp>

#include "tests/simulator/simulation.hpp"

namespace {

using rollcall::simulator::SimulationOptions;

int replay(std::uint64_t seed, SimulationOptions options) {
  options.trace = true;
  const auto outcome = rollcall::simulator::simulate_postgres(seed, options);
  for (const auto& line : outcome.trace) std::cout << line << '\n';
  if (outcome.violations.empty()) {
    std::cout << "seed " << seed << " keeps every promise\n";
    return 0;
  }
  std::cout << report(outcome);
  return 1;
}

int run(std::uint64_t first, std::uint64_t count, const SimulationOptions& options,
        std::uint64_t most_failures) {
  std::uint64_t failed = 0;
  std::uint64_t operations = 0;
  for (auto seed = first; seed < first + count && failed < most_failures; ++seed) {
    const auto outcome = rollcall::simulator::simulate_postgres(seed, options);
    operations += outcome.operations;
    if (outcome.violations.empty()) continue;
    ++failed;
    std::cout << report(outcome) << std::flush;
  }
  std::cout << count << " seeds from " << first << ": " << operations << " requests, " << failed
            << " seeds break a promise\n";
  return failed == 0 ? 0 : 1;
}

}  // namespace

int main(int argc, char** argv) {
  CLI::App app("Runs two simulated nodes on one simulated PostgreSQL.");
  std::uint64_t count = 2'000;
  std::uint64_t first = 1;
  std::uint64_t seed = 0;
  std::uint64_t most_failures = 10;
  std::vector<std::string> without;
  app.add_option("seeds", count, "how many seeds");
  app.add_option("--from", first, "the first of them");
  auto* one = app.add_option("--seed", seed, "replay this one, step by step");
  app.add_option("--failures", most_failures, "end after so many seeds that break a promise");
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
  try {
    return one->count() > 0 ? replay(seed, options) : run(first, count, options, most_failures);
  } catch (const std::exception& error) {
    std::cerr << "the simulation itself failed: " << error.what() << '\n';
    return 3;
  }
}
