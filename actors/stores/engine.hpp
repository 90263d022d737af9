// The interface of a storage engine. Each engine is a subfolder, and a line in app/engines.cpp.
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include <caf/actor_system.hpp>
#include <tl/expected.hpp>

#include "actors/directory/tree.hpp"
#include "config/settings.hpp"
#include "db/exporter.hpp"
#include "db/importer.hpp"
#include "db/key_check.hpp"
#include "db/migrations.hpp"

namespace rollcall::actors {

/// The actor system and the loops that stores run on.
struct Home {
  caf::actor_system& system;
  Loop& control;
  std::vector<Loop*> http;
  /// Called on a loop if the daemon can't work with the schema; gets the reason, for the operator.
  std::function<void(const std::string&)> on_schema_mismatch{};
};

/// The actors of one engine: their addresses, which outlive restarts, and how they are started.
/// Made before the loops run, destroyed after they have stopped.
class Stores {
 public:
  Stores() = default;
  Stores(const Stores&) = delete;
  Stores& operator=(const Stores&) = delete;
  virtual ~Stores() = default;

  /// The stores' own loops. The caller starts and stops them.
  virtual std::vector<LoopThread*> threads() = 0;
  virtual StoreHandles handles() const = 0;
  /// What starts before the write store, in this order: the read stores, and what they need.
  virtual std::vector<ChildSpec> read_stores(const Addresses& addresses) = 0;
  virtual ChildSpec write_store() = 0;
  virtual ChildSpec feed(const Addresses& addresses) = 0;
  /// The parts that /ready probes.
  virtual std::vector<ProbedPart> parts(const Addresses& addresses) const = 0;
};

/// An opened database. SQLite: locked and checked. PostgreSQL: the stores connect later.
class Database {
 public:
  Database() = default;
  Database(const Database&) = delete;
  Database& operator=(const Database&) = delete;
  virtual ~Database() = default;

  /// Whether other processes may write to it too.
  virtual bool is_shared() const = 0;
  virtual std::unique_ptr<Stores> stores(const Home& home) const = 0;
};

/// What the program does with the database that the settings name. Errors are one sentence for the
/// operator.
class Engine {
 public:
  template <class T>
  using Result = tl::expected<T, std::string>;

  Engine() = default;
  Engine(const Engine&) = delete;
  Engine& operator=(const Engine&) = delete;
  virtual ~Engine() = default;

  /// For a daemon. SQLite: brings the schema up to date and checks every statement; blocks, for
  /// some seconds where another program holds the file. PostgreSQL: only reads the URL; an actor of
  /// its stores does the rest while the daemon starts.
  virtual Result<std::unique_ptr<Database>> open(const config::Settings& settings) const = 0;

  // For commands. All of these block.

  /// Creates what is missing of the database and applies missing migrations.
  virtual Result<std::unique_ptr<db::Importer>> importer(
      const config::Settings& settings) const = 0;
  /// Changes nothing: fails if there is no database, or one with an older schema.
  virtual Result<std::unique_ptr<db::Exporter>> exporter(
      const config::Settings& settings) const = 0;
  /// For `doctor`. Changes nothing: fails if there is no database, or one with an older schema.
  virtual Result<std::unique_ptr<db::KeyReader>> key_reader(
      const config::Settings& settings) const = 0;
  /// Applies missing migrations and renews stale keys; with `dry_run` only reports the migrations.
  virtual Result<db::MigrationReport> migrate(const config::Settings& settings,
                                              bool dry_run) const = 0;

  /// Why this engine does not support `invalidate`; nothing if it does.
  virtual std::optional<std::string> why_not_invalidate() const { return std::nullopt; }
  /// Tells every node to invalidate these users; an empty span means all.
  virtual Result<void> invalidate(const config::Settings& settings,
                                  std::span<const UserId> ids) const = 0;
};

}  // namespace rollcall::actors
