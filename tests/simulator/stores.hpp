// The parts of a simulated daemon that depend on the engine: the counterpart, on simulated loops,
// of the two engine.cpp in actors/stores/.
#pragma once

#include <chrono>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include <caf/actor_system.hpp>

#include "actors/directory/tree.hpp"
#include "tests/simulator/scheduler.hpp"

namespace rollcall::simulator {

/// The node that the stores belong to.
struct Home {
  Scheduler& scheduler;
  caf::actor_system& system;
  std::string name;
  int number;
  std::uint64_t seed;
  Scheduler::SimulatedLoop& control;
  std::vector<Scheduler::SimulatedLoop*> http;
};

/// As actors::Stores, on simulated loops.
class Stores {
 public:
  Stores() = default;
  Stores(const Stores&) = delete;
  Stores& operator=(const Stores&) = delete;
  virtual ~Stores() = default;

  virtual bool is_shared() const = 0;
  virtual actors::StoreHandles handles() const = 0;
  virtual std::vector<actors::ChildSpec> read_stores(const actors::Addresses& addresses) = 0;
  virtual actors::ChildSpec write_store() = 0;
  virtual actors::ChildSpec feed(const actors::Addresses& addresses) = 0;
  /// The actors that may crash, and the loops that only stores use.
  virtual std::vector<std::pair<std::string, caf::actor>> actors() const = 0;
  virtual std::vector<Scheduler::SimulatedLoop*> loops() const { return {}; }
};

using MakeStores = std::function<std::unique_ptr<Stores>(const Home&)>;

struct PgStoresOptions {
  std::string url;
  int connections_per_loop = 2;
  std::chrono::milliseconds invalidation_heartbeat{500};
  std::chrono::milliseconds invalidation_timeout{2'000};
};
MakeStores pg_stores(const PgStoresOptions& options);

/// `after_write` is called after each handler of the loop of the write store.
MakeStores sqlite_stores(const std::filesystem::path& file, std::function<void()> after_write);

}  // namespace rollcall::simulator
