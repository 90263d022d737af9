#include "tests/db/engines.hpp"

#include "actors/sqlite_read_store.hpp"
#include "actors/sqlite_write_store.hpp"
#include "db/sqlite_database.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/temp_dir.hpp"

namespace rollcall::tests {

namespace {

class SqliteEngine final : public Engine {
 public:
  SqliteEngine() {
    const auto prepared = db::SqliteDatabase::prepare(folder_ / "users.db");
    REQUIRE(prepared.has_value());
  }

  Stores start(ActorWorld& world) override {
    actors::SqliteStoreOptions options;
    options.path = folder_ / "users.db";
    return {world.spawn<actors::SqliteReadStore>(options),
            world.spawn<actors::SqliteWriteStore>(options)};
  }

 private:
  TempDir folder_;
};

}  // namespace

std::vector<EngineEntry> engines() {
  return {{"SQLite", [] { return std::make_unique<SqliteEngine>(); }}};
}

}  // namespace rollcall::tests
