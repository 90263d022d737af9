#include "tests/simulator/stores.hpp"
#include "actors/directory/invalidation_feed.hpp"
#include "actors/stores/sqlite/read_store.hpp"
#include "actors/stores/sqlite/write_store.hpp"

namespace rollcall::simulator {

namespace {

using actors::child;
using actors::ChildSpec;

class SqliteStores final : public Stores {
 public:
  SqliteStores(const Home& home, actors::SqliteStoreOptions options,
               std::function<void()> after_write)
      : home_(home), options_(std::move(options)) {
    write_.after_handler = std::move(after_write);
  }

  bool is_shared() const override { return false; }

  actors::StoreHandles handles() const override {
    const auto reads = read_store_.handle();
    return {{home_.http.size(), reads}, reads, write_store_.handle()};
  }

  std::vector<ChildSpec> read_stores(const actors::Addresses&) override {
    return {child<actors::SqliteReadStore>("store-read", read_.loop, read_store_, options_)};
  }

  ChildSpec write_store() override {
    return child<actors::SqliteWriteStore>("store-write", write_.loop, write_store_, options_);
  }

  ChildSpec feed(const actors::Addresses& addresses) override {
    return child<actors::InvalidationFeed>("invalidation-feed", home_.control.loop, addresses.feed,
                                           addresses.user_lookup_handles());
  }

  std::vector<std::pair<std::string, caf::actor>> actors() const override {
    return {{"store-read", caf::actor_cast<caf::actor>(read_store_.handle())},
            {"store-write", caf::actor_cast<caf::actor>(write_store_.handle())}};
  }

  std::vector<Scheduler::SimulatedLoop*> loops() const override { return {&read_, &write_}; }

 private:
  Home home_;
  actors::SqliteStoreOptions options_;
  Scheduler::SimulatedLoop& read_ =
      home_.scheduler.add_loop(home_.name + " sqlite-read", home_.number);
  Scheduler::SimulatedLoop& write_ =
      home_.scheduler.add_loop(home_.name + " sqlite-write", home_.number);
  actors::Address<actors::ReadStoreHandle> read_store_{home_.system, read_.loop};
  actors::Address<actors::WriteStoreHandle> write_store_{home_.system, write_.loop};
};

}  // namespace

MakeStores sqlite_stores(const std::filesystem::path& file, std::function<void()> after_write) {
  return [=](const Home& home) {
    actors::SqliteStoreOptions options;
    options.path = file;
    options.reconnect.seed = home.seed;
    return std::make_unique<SqliteStores>(home, options, after_write);
  };
}

}  // namespace rollcall::simulator
