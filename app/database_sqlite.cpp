// SQLite in a daemon: its stores block, so each lives on a loop of its own.
#include <spdlog/spdlog.h>

#include "actors/directory/feed.hpp"
#include "actors/stores/sqlite/read_store.hpp"
#include "actors/stores/sqlite/write_store.hpp"
#include "app/database.hpp"
#include "db/sqlite/database.hpp"
#include "db/sqlite/database_file.hpp"

namespace rollcall::app {

namespace {

using actors::child;

class SqliteStores final : public Stores {
 public:
  SqliteStores(const Home& home, actors::SqliteStoreOptions options)
      : home_(home), options_(std::move(options)) {}

  std::vector<actors::LoopThread*> threads() override { return {&read_, &write_}; }

  actors::StoreHandles handles() const override {
    const auto reads = read_store_.handle();
    return {{home_.http.size(), reads}, reads, write_store_.handle()};
  }

  std::vector<actors::ChildSpec> read_stores(const actors::Addresses&) override {
    return {child<actors::SqliteReadStore>("store-read", read_.loop(), read_store_, options_)};
  }
  actors::ChildSpec write_store() override {
    return child<actors::SqliteWriteStore>("store-write", write_.loop(), write_store_, options_);
  }
  actors::ChildSpec feed(const actors::Addresses& addresses) override {
    return child<actors::Feed>("feed", home_.control, addresses.feed,
                               addresses.directory_handles());
  }
  std::vector<http::ReadyPart> parts(const actors::Addresses&) const override {
    return {{"read_store", read_store_.handle()}, {"write_store", write_store_.handle()}};
  }

 private:
  Home home_;
  actors::SqliteStoreOptions options_;
  actors::LoopThread read_{"sqlite-read"};
  actors::LoopThread write_{"sqlite-write"};
  actors::Address<actors::ReadStoreHandle> read_store_{home_.system, read_.loop()};
  actors::Address<actors::WriteStoreHandle> write_store_{home_.system, write_.loop()};
};

class SqliteInDaemon final : public Database {
 public:
  SqliteInDaemon(db::SqliteDatabase database, const config::Database& settings)
      : database_(std::move(database)) {
    options_.path = database_.path();
    options_.statement_timeout = settings.statement_timeout;
    options_.reconnect_min = settings.reconnect_min;
    options_.reconnect_max = settings.reconnect_max;
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
  actors::SqliteStoreOptions options_{};
};

}  // namespace

tl::expected<std::unique_ptr<Database>, std::string> open_sqlite(const config::Settings& settings,
                                                                 const std::string& path) {
  auto prepared = db::SqliteDatabase::prepare(path);
  if (!prepared) return tl::unexpected(prepared.error());
  if (db::others_may_read(prepared->path())) {
    spdlog::warn("database {}: other users of this machine may read it; chmod 600 keeps it private",
                 prepared->path().string());
  }
  return std::make_unique<SqliteInDaemon>(std::move(*prepared), settings.database);
}

}  // namespace rollcall::app
