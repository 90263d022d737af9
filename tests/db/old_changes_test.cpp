// How long the log of changes keeps a change, and where it begins, on both engines.
#include <memory>

#include "actors/stores/postgres/read_store.hpp"
#include "actors/stores/postgres/write_store.hpp"
#include "actors/stores/sqlite/read_store.hpp"
#include "actors/stores/sqlite/write_store.hpp"
#include "db/postgres/database.hpp"
#include "db/sqlite/database.hpp"
#include "db/sqlite/schema.hpp"
#include "tests/db/old_program.hpp"
#include "tests/db/store_fixture.hpp"
#include "tests/support/sqlite/file.hpp"
#include "tests/support/temp_dir.hpp"

namespace rollcall::tests {
namespace {

using namespace std::chrono_literals;

/// An engine whose database the test changes as another program does.
class ChangedByOthers : public Engine {
 public:
  virtual void execute(const std::string& sql) = 0;
  virtual std::int64_t number(const std::string& sql) = 0;
};

/// `known`: the migrations that are applied before the stores start, which apply the others.
class OpenSqlite final : public ChangedByOthers {
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
    const auto file = db::SqliteConnection::open(path, db::OpenMode::read_write, 0ms);
    REQUIRE(file.has_value());
    REQUIRE(file->query_text("PRAGMA journal_mode = WAL") == "wal");
    REQUIRE(db::migrate(*file, db::migrations().first(known), at_ms(0)).has_value());
    return path;
  }

  TempDir folder_;
  SqliteFile file_;
};

class OpenPostgres final : public ChangedByOthers {
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

constexpr std::size_t before_the_log = 6;
using Made = std::function<std::unique_ptr<ChangedByOthers>(std::size_t)>;
const std::vector<Made> engines_of_others{
    [](std::size_t known) { return std::make_unique<OpenSqlite>(known); },
    [](std::size_t known) { return std::make_unique<OpenPostgres>(known); }};

/// The stores of an engine, and the database behind them.
class LogFixture {
 public:
  explicit LogFixture(const Made& make, std::size_t known = before_the_log,
                      const std::string& sql = {})
      : database_(make_with(make, known, sql)), stores_({"", [this] { return hand_over(); }}) {}

  StoreFixture* operator->() { return &stores_; }
  ChangedByOthers& database() { return *database_; }
  /// The changes behind this one: their number, or "expired".
  std::string after(std::int64_t seq) {
    const auto page = stores_.changes({.after = seq, .limit = 500});
    if (!page) return page.error().code == ErrorCode::changes_expired ? "expired" : "failed";
    return std::to_string(page->changes.size());
  }
  /// Lets the write store remove what is too old, this many times.
  void remove(int times = 3) {
    for (; times > 0; --times) {
      stores_.world().advance(1s);
      const auto probed = stores_.ask(stores_.stores().writes, actors::Probe{stores_.deadline()});
      REQUIRE(probed.has_value());
    }
  }

 private:
  /// The fixture owns its engine; the test keeps this one.
  struct Lent final : Engine {
    explicit Lent(ChangedByOthers& its_engine) : engine(its_engine) {}
    Stores start(ActorWorld& world) override { return engine.start(world); }
    ChangedByOthers& engine;
  };

  static std::unique_ptr<ChangedByOthers> make_with(const Made& make, std::size_t known,
                                                    const std::string& sql) {
    auto database = make(known);
    if (!sql.empty()) database->execute(sql);
    return database;
  }
  std::unique_ptr<Engine> hand_over() { return std::make_unique<Lent>(*database_); }

  std::unique_ptr<ChangedByOthers> database_;
  StoreFixture stores_;
};

constexpr const char* add_user =
    "INSERT INTO users (name, version, created_at, updated_at) VALUES ('Ada', 1, 0, 0)";

TEST_CASE("a log that was made for an empty directory is read from 0") {
  LogFixture log(GENERATE(from_range(engines_of_others)));
  CHECK(log.after(0) == "0");
  log->create("Ada");
  CHECK(log.after(0) == "1");
}

TEST_CASE("a log that lacks the users from before it is not read from 0") {
  LogFixture log(GENERATE(from_range(engines_of_others)), before_the_log, add_user);
  CHECK(log.after(0) == "expired");
  const auto end = log->changes({}).value().next;
  CHECK(log.after(end) == "0");
  log->create("Bob");
  CHECK(log.after(end) == "1");
  CHECK(log.after(0) == "expired");
}

TEST_CASE("changes that are too old are removed after a write, and their readers told") {
  LogFixture log(GENERATE(from_range(engines_of_others)));
  for (int i = 0; i < 5; ++i) log->create("Guest");
  const auto seqs = [&] {
    std::vector<std::int64_t> all{0};
    const auto page = log->changes({.after = 0}).value();
    for (const auto& change : page.changes) all.push_back(change.seq);
    return all;
  }();
  REQUIRE(seqs.size() == 6);
  // By the fixture's clock it is 2023.
  log.database().execute("UPDATE changes SET at = 1600000000000 WHERE seq <= " +
                         std::to_string(seqs[3]));
  CHECK(log.after(0) == "5");
  log->create("Last");
  log.remove();
  CHECK(log.database().number("SELECT min(seq) FROM changes") == seqs[3]);
  CHECK(log.after(seqs[2]) == "expired");
  CHECK(log.after(seqs[3]) == "3");
  CHECK(log.after(seqs[5]) == "1");
}

TEST_CASE("of a log whose changes are all too old the last stays, and cursors stay valid") {
  LogFixture log(GENERATE(from_range(engines_of_others)));
  for (int i = 0; i < 5; ++i) log->create("Guest");
  log.database().execute("UPDATE changes SET at = 1600000000000");
  log.remove();
  CHECK(log.database().number("SELECT count(*) FROM changes") == 1);
  const auto end = log->changes({}).value().next;
  CHECK(log.after(end) == "0");
  log->create("Next");
  CHECK(log.after(end) == "1");
}

TEST_CASE("many changes that are too old are removed a few at a time") {
  LogFixture log(GENERATE(from_range(engines_of_others)));
  std::string rows = "INSERT INTO changes (user_id, version, kind, at) VALUES (1, 1, 'created', 0)";
  for (int i = 1; i < 5'000; ++i) rows += ", (1, 1, 'updated', 0)";
  log.database().execute(rows);
  log->create("Ada");
  log.remove(1);
  CHECK(log.database().number("SELECT count(*) FROM changes") == 5'002 - 1'999);
  log.remove();
  CHECK(log.database().number("SELECT count(*) FROM changes") == 2);
}

}  // namespace
}  // namespace rollcall::tests
