// The stores of each engine on a database that the test can change as another program does.
#pragma once

#include <chrono>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "actors/stores/postgres/read_store.hpp"
#include "actors/stores/postgres/write_store.hpp"
#include "actors/stores/sqlite/read_store.hpp"
#include "actors/stores/sqlite/write_store.hpp"
#include "db/migrations.hpp"
#include "db/postgres/database.hpp"
#include "db/postgres/session.hpp"
#include "db/sqlite/database.hpp"
#include "db/sqlite/schema.hpp"
#include "tests/db/store_fixture.hpp"
#include "tests/support/postgres/cluster.hpp"
#include "tests/support/sqlite/file.hpp"
#include "tests/support/temp_dir.hpp"

namespace rollcall::tests {

/// An engine whose database the test reads as another program does.
class ReadByOthers : public Engine {
 public:
  virtual std::int64_t number(const std::string& sql) = 0;
};

/// `known`: the migrations that are applied before the stores start, which apply the others.
class OpenSqlite final : public ReadByOthers {
 public:
  explicit OpenSqlite(std::size_t known) : file_(create(folder_ / "users.db", known)) {}

  Stores start(ActorWorld& world) override {
    REQUIRE(db::SqliteDatabase::prepare(folder_ / "users.db").has_value());
    const actors::SqliteStoreOptions options{folder_ / "users.db"};
    return {world.spawn<actors::SqliteReadStore>(options),
            world.spawn<actors::SqliteWriteStore>(options)};
  }
  void execute(const std::string& sql) override { file_.execute(sql); }
  std::int64_t number(const std::string& sql) override { return file_.number(sql); }

 private:
  static std::filesystem::path create(const std::filesystem::path& path, std::size_t known) {
    write_file(path, "");
    const auto file =
        db::SqliteConnection::open(path, db::OpenMode::read_write, std::chrono::milliseconds{0});
    REQUIRE(file.has_value());
    REQUIRE(file->query_text("PRAGMA journal_mode = WAL") == "wal");
    REQUIRE(db::migrate(*file, db::migrations().first(known), at_ms(0)).has_value());
    return path;
  }

  TempDir folder_;
  SqliteFile file_;
};

class OpenPostgres final : public ReadByOthers {
 public:
  explicit OpenPostgres(std::size_t known) {
    db::PgSessionOptions options;
    options.connect_timeout = patience;
    options.handshake.known = db::migrations().first(known);
    options.handshake.migrate = true;
    REQUIRE(db::PgSession::open(target(), options).has_value());
  }

  Stores start(ActorWorld& world) override {
    REQUIRE(db::prepare_postgres(target(), patience).has_value());
    const actors::PgLinkOptions link{target(), "rollcall write"};
    return {world.spawn<actors::PgReadStore>(actors::PgReadStoreOptions{link}),
            world.spawn<actors::PgWriteStore>(actors::PgWriteStoreOptions{link, "test"})};
  }
  void execute(const std::string& sql) override { database_.client().execute(sql); }
  std::int64_t number(const std::string& sql) override { return database_.client().number(sql); }

 private:
  db::PgTarget target() const { return db::PgTarget::parse(database_.url()).value(); }

  PgDatabase database_;
};

using Made = std::function<std::unique_ptr<ReadByOthers>(std::size_t)>;
inline const std::vector<Made> engines_of_others{
    [](std::size_t known) { return std::make_unique<OpenSqlite>(known); },
    [](std::size_t known) { return std::make_unique<OpenPostgres>(known); }};

/// The stores of an engine, and the database behind them.
class OpenStores {
 public:
  explicit OpenStores(const Made& make, std::size_t known = db::migrations().size(),
                      const std::string& sql = {})
      : database_(make_with(make, known, sql)), stores_({"", [this] { return hand_over(); }}) {}

  StoreFixture* operator->() { return &stores_; }
  ReadByOthers& database() { return *database_; }
  /// Lets the write store remove what is too old, this many times.
  void remove(int times = 3) {
    for (; times > 0; --times) {
      stores_.world().advance(std::chrono::seconds{1});
      const auto probed = stores_.ask(stores_.stores().writes, actors::Probe{stores_.deadline()});
      REQUIRE(probed.has_value());
    }
  }

 private:
  /// The fixture owns its engine; the test keeps this one.
  struct Lent final : Engine {
    explicit Lent(ReadByOthers& its_engine) : engine(its_engine) {}
    Stores start(ActorWorld& world) override { return engine.start(world); }
    void execute(const std::string& sql) override { engine.execute(sql); }
    ReadByOthers& engine;
  };

  static std::unique_ptr<ReadByOthers> make_with(const Made& make, std::size_t known,
                                                 const std::string& sql) {
    auto database = make(known);
    if (!sql.empty()) database->execute(sql);
    return database;
  }
  std::unique_ptr<Engine> hand_over() { return std::make_unique<Lent>(*database_); }

  std::unique_ptr<ReadByOthers> database_;
  StoreFixture stores_;
};

}  // namespace rollcall::tests
