#include "tests/simulator/simulation.hpp"

namespace rollcall::simulator {

const Engine* engine_named(std::string_view name) {
  for (const auto& engine : engines) {
    if (engine.name == name) return &engine;
  }
  return nullptr;
}

std::string report(const Engine& engine, const Outcome& outcome) {
  const auto seed = std::to_string(outcome.seed);
  std::string text = "seed " + seed + " breaks a promise on " + std::string(engine.title) + ":\n";
  for (const auto& violation : outcome.violations) {
    text += "  " + violation.rule + "\n";
    for (const auto& line : violation.lines) text += "    " + line + "\n";
  }
  return text + "to replay: ./dev simulate --engine " + std::string(engine.name) + " --seed " +
         seed + "\n";
}

}  // namespace rollcall::simulator
