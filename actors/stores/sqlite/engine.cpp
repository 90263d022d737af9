#include "actors/stores/sqlite/engine.hpp"

#include <spdlog/spdlog.h>

#include "actors/directory/invalidation_feed.hpp"
#include "actors/stores/sqlite/read_store.hpp"
#include "actors/stores/sqlite/write_store.hpp"
#include "config/database_url.hpp"
#include "db/sqlite/database.hpp"
#include "db/sqlite/database_file.hpp"
#include "db/sqlite/exporter.hpp"
#include "db/sqlite/importer.hpp"
#include "db/sqlite/key_reader.hpp"

namespace rollcall::actors {

namespace {

// Both stores block, so each lives on a loop of its own.
class SqliteStores final : public Stores {
 public:
  SqliteStores(const Home& home, SqliteStoreOptions options)
      : home_(home), options_(std::move(options)) {}

  std::vector<LoopThread*> threads() override { return {&read_, &write_}; }

  StoreHandles handles() const override {
    const auto reads = read_store_.handle();
    return {{home_.http.size(), reads}, reads, write_store_.handle()};
  }

  std::vector<ChildSpec> read_stores(const Addresses&) override {
    return {child<SqliteReadStore>("store-read", read_.loop(), read_store_, options_)};
  }
  ChildSpec write_store() override {
    return child<SqliteWriteStore>("store-write", write_.loop(), write_store_, options_);
  }
  ChildSpec feed(const Addresses& addresses) override {
    return child<InvalidationFeed>("invalidation-feed", home_.control, addresses.feed,
                                   addresses.user_lookup_handles(), addresses.changes.handle());
  }
  std::vector<ProbedPart> parts(const Addresses&) const override {
    return {{"read_store", read_store_.handle()}, {"write_store", write_store_.handle()}};
  }

 private:
  Home home_;
  SqliteStoreOptions options_;
  LoopThread read_{"sqlite-read"};
  LoopThread write_{"sqlite-write"};
  Address<ReadStoreHandle> read_store_{home_.system, read_.loop()};
  Address<WriteStoreHandle> write_store_{home_.system, write_.loop()};
};

class SqliteInDaemon final : public Database {
 public:
  SqliteInDaemon(db::SqliteDatabase database, const config::Settings& all)
      : database_(std::move(database)) {
    const auto& settings = all.database;
    options_.path = database_.path();
    options_.statement_timeout = settings.statement_timeout;
    options_.reconnect = {settings.reconnect_min, settings.reconnect_max};
    options_.keep_changes = all.changes.keep;
  }

  ~SqliteInDaemon() override {
    if (const auto closed = database_.close(); !closed) spdlog::warn("{}", closed.error());
  }

  bool is_shared() const override { return false; }
  std::unique_ptr<Stores> stores(const Home& home) const override {
    return std::make_unique<SqliteStores>(home, options_);
  }

 private:
  db::SqliteDatabase database_;  // holds the lock
  SqliteStoreOptions options_{};
};

std::string path_in(const config::Settings& settings) {
  return std::get<config::SqliteUrl>(config::parse_database_url(settings.database.url).value())
      .path;
}

class SqliteEngine final : public Engine {
 public:
  Result<std::unique_ptr<Database>> open(const config::Settings& settings) const override {
    auto prepared = db::SqliteDatabase::prepare(path_in(settings));
    if (!prepared) return tl::unexpected(prepared.error());
    const auto keys = db::text_of(prepared->migrations().keys);
    if (!keys.empty()) spdlog::info("database {}: {}", prepared->path().string(), keys);
    if (db::others_may_read(prepared->path())) {
      spdlog::warn(
          "database {}: other users of this machine may read it; chmod 600 keeps it private",
          prepared->path().string());
    }
    return std::make_unique<SqliteInDaemon>(std::move(*prepared), settings);
  }

  Result<std::unique_ptr<db::Importer>> importer(const config::Settings& settings) const override {
    return db::SqliteImporter::open(path_in(settings));
  }
  Result<std::unique_ptr<db::Exporter>> exporter(const config::Settings& settings) const override {
    return db::SqliteExporter::open(path_in(settings));
  }
  Result<std::unique_ptr<db::KeyReader>> key_reader(
      const config::Settings& settings) const override {
    return db::SqliteKeyReader::open(path_in(settings));
  }
  Result<db::MigrationReport> migrate(const config::Settings& settings,
                                      bool dry_run) const override {
    if (dry_run) return db::pending_migrations(path_in(settings));
    auto database = db::SqliteDatabase::prepare(path_in(settings), db::RenewKeys::always);
    if (!database) return tl::unexpected(database.error());
    if (const auto closed = database->close(); !closed) spdlog::warn("{}", closed.error());
    return database->migrations();
  }

  std::optional<std::string> why_not_invalidate() const override {
    return "database.url names a SQLite file: no other program may change it while a daemon runs, "
           "and nothing can tell the daemon. Stop the daemon, change the file, and start the "
           "daemon.";
  }
  Result<void> invalidate(const config::Settings&, std::span<const UserId>) const override {
    return tl::unexpected(*why_not_invalidate());
  }
};

}  // namespace

const Engine& sqlite_engine() {
  static const SqliteEngine engine;
  return engine;
}

}  // namespace rollcall::actors
