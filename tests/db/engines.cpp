#include "tests/db/engines.hpp"

#include "actors/stores/postgres/read_store.hpp"
#include "actors/stores/postgres/write_store.hpp"
#include "actors/stores/sqlite/read_store.hpp"
#include "actors/stores/sqlite/write_store.hpp"
#include "db/postgres/database.hpp"
#include "db/sqlite/database.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/postgres/cluster.hpp"
#include "tests/support/sqlite/file.hpp"
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
  void execute(const std::string& sql) override { SqliteFile(folder_ / "users.db").execute(sql); }

 private:
  TempDir folder_;
};

class PgEngine final : public Engine {
 public:
  PgEngine() {
    const auto prepared = db::prepare_postgres(target(), patience);
    REQUIRE(prepared.has_value());
  }

  Stores start(ActorWorld& world) override {
    const actors::PgLinkOptions link{target(), "rollcall write"};
    return {world.spawn<actors::PgReadStore>(actors::PgReadStoreOptions{link}),
            world.spawn<actors::PgWriteStore>(actors::PgWriteStoreOptions{link, "test"})};
  }
  void execute(const std::string& sql) override { database_.client().execute(sql); }

 private:
  db::PgTarget target() const { return db::PgTarget::parse(database_.url()).value(); }

  PgDatabase database_;
};

}  // namespace

std::vector<EngineEntry> engines() {
  return {{"SQLite", [] { return std::make_unique<SqliteEngine>(); }},
          {"PostgreSQL", [] { return std::make_unique<PgEngine>(); }}};
}

}  // namespace rollcall::tests
