// One run of a simulation: the seed decides everything in it.
#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "tests/simulator/checker.hpp"
#include "tests/simulator/faults.hpp"

namespace rollcall::simulator {

struct SimulationOptions {
  FaultKinds faults{};
  bool trace = false;  // keep a line for each step
};

struct Outcome {
  std::uint64_t seed = 0;
  std::vector<Violation> violations{};
  std::vector<std::string> trace{};
  std::size_t operations = 0;
  std::uint64_t steps = 0;
};

/// Two nodes on one simulated PostgreSQL. The same seed and options give the same outcome.
Outcome simulate_postgres(std::uint64_t seed, const SimulationOptions& options);
/// The same with one node on a SQLite file, whose disk fails.
Outcome simulate_sqlite(std::uint64_t seed, const SimulationOptions& options);

struct Engine {
  std::string_view name;   // on the command line
  std::string_view title;  // for people
  Outcome (*simulate)(std::uint64_t seed, const SimulationOptions& options);
};
inline constexpr std::array engines{Engine{"postgres", "PostgreSQL", simulate_postgres},
                                    Engine{"sqlite", "SQLite", simulate_sqlite}};
/// Null where there is no such engine.
const Engine* engine_named(std::string_view name);

/// The broken rules, the violations in detail, and the command that replays the seed.
std::string report(const Engine& engine, const Outcome& outcome);

}  // namespace rollcall::simulator
