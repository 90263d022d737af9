// The database of a daemon, of either engine: how it is prepared, and the stores that work with it.
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include <caf/actor_system.hpp>
#include <tl/expected.hpp>

#include "actors/directory/tree.hpp"
#include "config/settings.hpp"
#include "http/admin/admin.hpp"

namespace rollcall::app {

/// Where stores can live.
struct Home {
  caf::actor_system& system;
  actors::Loop& control;
  std::vector<actors::Loop*> http;
  /// Told, on a loop, that the daemon can't work with this database, and why: for the operator.
  std::function<void(const std::string&)> on_misfit{};
};

/// The actors of one engine: their lasting addresses, and how they are made. Made before the loops
/// run, destroyed after they have stopped.
class Stores {
 public:
  Stores() = default;
  Stores(const Stores&) = delete;
  Stores& operator=(const Stores&) = delete;
  virtual ~Stores() = default;

  /// Loops of their own, not yet running.
  virtual std::vector<actors::LoopThread*> threads() = 0;
  virtual actors::StoreHandles handles() const = 0;
  virtual std::vector<actors::ChildSpec> read_stores(const actors::Addresses& addresses) = 0;
  virtual actors::ChildSpec write_store() = 0;
  virtual actors::ChildSpec feed(const actors::Addresses& addresses) = 0;
  /// What /ready asks.
  virtual std::vector<http::ReadyPart> parts(const actors::Addresses& addresses) const = 0;
};

/// A database that was found and checked, and is this process's to use until it is destroyed.
class Database {
 public:
  Database() = default;
  Database(const Database&) = delete;
  Database& operator=(const Database&) = delete;
  virtual ~Database() = default;

  /// SQLite: brings the schema up to date and checks every statement; blocks, for some seconds
  /// where another program holds the file. PostgreSQL: only reads the URL; an actor of its stores
  /// does the rest while the daemon starts. The error is for the operator: with this database the
  /// daemon can't work.
  static tl::expected<std::unique_ptr<Database>, std::string> open(
      const config::Settings& settings);

  /// Whether other processes may write to it too.
  virtual bool is_shared() const = 0;
  virtual std::unique_ptr<Stores> stores(const Home& home) const = 0;
};

/// One for each engine; see Database::open.
tl::expected<std::unique_ptr<Database>, std::string> open_sqlite(const config::Settings& settings,
                                                                 const std::string& path);
tl::expected<std::unique_ptr<Database>, std::string> open_postgres(const config::Settings& settings,
                                                                   const std::string& url);

}  // namespace rollcall::app
