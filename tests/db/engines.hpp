// The engines that the conformance suite runs against, by the handles that the program uses.
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "actors/directory/handles.hpp"
#include "tests/support/actors/actor_world.hpp"

namespace rollcall::tests {

struct Stores {
  actors::ReadStoreHandle reads;
  actors::WriteStoreHandle writes;
};

/// An empty database with the program's schema; deleted with the object.
class Engine {
 public:
  Engine() = default;
  Engine(const Engine&) = delete;
  Engine& operator=(const Engine&) = delete;
  virtual ~Engine() = default;

  /// Starts its stores in the world, and returns when they can serve.
  virtual Stores start(ActorWorld& world) = 0;
  /// Executes SQL as another program.
  virtual void execute(const std::string& sql) = 0;
};

/// Each engine needs an entry to be tested.
struct EngineEntry {
  std::string name;
  std::function<std::unique_ptr<Engine>()> make;
};
std::vector<EngineEntry> engines();

}  // namespace rollcall::tests
