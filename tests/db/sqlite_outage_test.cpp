// SQLite's stores while their database is away, wrong or full: they answer, and they heal.
#include <cerrno>

#include "actors/stores/sqlite/read_store.hpp"
#include "actors/stores/sqlite/write_store.hpp"
#include "db/sqlite/connection.hpp"
#include "db/sqlite/database.hpp"
#include "tests/support/actors/actor_world.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/log_book.hpp"
#include "tests/support/people.hpp"
#include "tests/support/sqlite/failing_disk.hpp"
#include "tests/support/temp_dir.hpp"

namespace rollcall::tests {
namespace {

using namespace std::chrono_literals;
using db::SqliteDatabase;

// As many attempts as it likes happen in this time, and at least one.
constexpr auto longest_wait = 500ms;

// The two stores on a file that the test makes, breaks and repairs.
class Office {
 public:
  Office() = default;

  void prepare() const { REQUIRE(SqliteDatabase::prepare(path()).has_value()); }
  void start() {
    actors::SqliteStoreOptions options;
    options.path = path();
    options.statement_timeout = 20ms;
    reads_ = world_.spawn_as<actors::SqliteReadStore>({"reader"}, options);
    writes_ = world_.spawn_as<actors::SqliteWriteStore>({"writer"}, options);
    world_.settle();
  }

  // The code of the error, nothing where it worked.
  std::optional<ErrorCode> read() {
    const auto asked = world_.ask(reads_, actors::FindUsers{{user_id(1)}, world_.in(1s)});
    REQUIRE(asked->reply.has_value());
    if (*asked->reply) return std::nullopt;
    return asked->reply->error().code;
  }
  std::optional<ErrorCode> write(std::string_view name = "Ada") {
    const auto asked =
        world_.ask(writes_, actors::WriteGroup{{{new_user(name), world_.in(1s)}}, at_ms(0)});
    REQUIRE(asked->reply.has_value());
    REQUIRE(asked->reply->size() == 1);
    if (asked->reply->front()) return std::nullopt;
    return asked->reply->front().error().code;
  }
  bool serves() {
    const auto read = world_.ask(reads_, actors::Probe{world_.in(1s)});
    const auto write = world_.ask(writes_, actors::Probe{world_.in(1s)});
    return read->reply && *read->reply && write->reply && *write->reply;
  }
  /// What the writer's probe says is wrong; empty where it serves.
  std::string trouble() {
    const auto asked = world_.ask(writes_, actors::Probe{world_.in(1s)});
    REQUIRE(asked->reply.has_value());
    return *asked->reply ? std::string() : asked->reply->error().detail;
  }
  std::string count() const {
    auto connection = db::SqliteConnection::open(path(), db::OpenMode::read_only, 0ms);
    REQUIRE(connection.has_value());
    return *connection->query_text("SELECT count(*) FROM users");
  }

  std::filesystem::path path() const { return folder_ / "users.db"; }
  std::filesystem::path aside() const { return folder_ / "aside.db"; }
  ActorWorld& world() { return world_; }
  const LogBook& log() const { return log_; }
  const actors::WriteStoreHandle& writes() const { return writes_; }

 private:
  TempDir folder_;
  LogBook log_;
  ActorWorld world_;
  actors::ReadStoreHandle reads_;
  actors::WriteStoreHandle writes_;
};

constexpr auto unavailable = ErrorCode::storage_unavailable;

TEST_CASE("stores start without their database, answer at once, and serve once it is there") {
  Office office;
  office.start();
  CHECK(office.read() == unavailable);
  CHECK(office.write() == unavailable);
  CHECK_FALSE(office.serves());
  office.prepare();
  office.world().advance(longest_wait);
  CHECK(office.serves());
  CHECK_FALSE(office.write().has_value());
  CHECK_FALSE(office.read().has_value());
}

TEST_CASE("a long outage ends no store and is tried at least every half second") {
  Office office;
  office.start();
  for (int i = 0; i < 200; ++i) {
    REQUIRE_FALSE(office.world().clock().idle());
    CHECK(office.world().clock().next() - office.world().clock().now() <= longest_wait);
    office.world().advance(longest_wait);
  }
  office.prepare();
  office.world().advance(longest_wait);
  CHECK(office.serves());
}

TEST_CASE("an outage is logged when it begins and when it ends, not for every attempt") {
  Office office;
  office.start();
  office.world().advance(1min);
  CHECK(office.log().lines("writer: no connection") == 1);
  CHECK(office.log().lines("reader: no connection") == 1);
  CHECK(office.log().lines("") == 2);
  office.prepare();
  office.world().advance(longest_wait);
  CHECK(office.log().lines("writer: ready on " + office.path().string()) == 1);
  CHECK(office.log().lines("reader: ready on " + office.path().string()) == 1);
  CHECK(office.log().lines("") == 4);
}

TEST_CASE("a database that is moved away while it is used is found again when it is back") {
  Office office;
  office.prepare();
  office.start();
  REQUIRE_FALSE(office.write("Ada").has_value());
  std::filesystem::rename(office.path(), office.aside());
  CHECK(office.write("Bob") == unavailable);
  CHECK(office.read() == unavailable);
  office.world().advance(longest_wait);
  CHECK(office.write("Cyd") == unavailable);
  std::filesystem::rename(office.aside(), office.path());
  office.world().advance(longest_wait);
  CHECK_FALSE(office.write("Dan").has_value());
  CHECK_FALSE(office.read().has_value());
  CHECK(office.count() == "2");
}

TEST_CASE("what is no database is refused, and looked at again") {
  Office office;
  write_file(office.path(), std::string(8'192, 'x'));
  office.start();
  office.world().advance(10s);
  CHECK(office.read() == unavailable);
  CHECK(office.write() == unavailable);
  CHECK(office.log().lines("writer: no connection") == 1);
  CHECK(office.log().lines("is not a SQLite database") == 2);
  std::filesystem::remove(office.path());
  office.prepare();
  office.world().advance(longest_wait);
  CHECK(office.serves());
}

TEST_CASE("stores that drift from the schema are not ready, and the log names the column") {
  Office office;
  office.prepare();
  auto other = db::SqliteConnection::open(office.path(), db::OpenMode::read_write, 0ms);
  REQUIRE(other->execute("ALTER TABLE users RENAME COLUMN version TO edition").has_value());
  office.start();
  CHECK(office.read() == unavailable);
  CHECK_FALSE(office.serves());
  CHECK(office.log().lines("statement find_user: no such column: version") == 2);
  REQUIRE(other->execute("ALTER TABLE users RENAME COLUMN edition TO version").has_value());
  office.world().advance(longest_wait);
  CHECK(office.serves());
}

TEST_CASE("a schema that changes under a ready store is noticed and named") {
  Office office;
  office.prepare();
  office.start();
  REQUIRE_FALSE(office.read().has_value());
  auto other = db::SqliteConnection::open(office.path(), db::OpenMode::read_write, 0ms);
  REQUIRE(other->execute("ALTER TABLE users RENAME COLUMN version TO edition").has_value());
  CHECK(office.read() == unavailable);
  CHECK(office.write() == unavailable);
  office.world().advance(longest_wait);
  CHECK(office.log().lines("reader: no connection") >= 1);
  CHECK(office.log().lines("no such column: version") >= 2);
  REQUIRE(other->execute("ALTER TABLE users RENAME COLUMN edition TO version").has_value());
  office.world().advance(longest_wait);
  CHECK(office.serves());
}

TEST_CASE("on a full disk writes are refused, reads go on, and it heals by itself") {
  FailingDisk disk;
  Office office;
  office.prepare();
  office.start();
  REQUIRE_FALSE(office.write("Ada").has_value());
  disk.fail_writes(ENOSPC);
  for (int i = 0; i < 5; ++i) {
    CHECK(office.write("Bob") == unavailable);
    CHECK_FALSE(office.read().has_value());
  }
  CHECK(office.log().lines("the disk is full") == 1);
  disk.heal();
  CHECK_FALSE(office.write("Cyd").has_value());
  CHECK(office.log().lines("writer: works again") == 1);
  CHECK(office.count() == "2");
}

TEST_CASE("the probe says since when the disk is full, and finds out by itself that it is not") {
  FailingDisk disk;
  Office office;
  office.prepare();
  office.start();
  REQUIRE_FALSE(office.write("Ada").has_value());
  disk.fail_writes(ENOSPC);
  CHECK(office.trouble().empty());  // nobody has written since
  CHECK(office.write("Bob") == unavailable);
  CHECK(office.trouble() == "writes fail since 0 s: the disk is full");
  office.world().advance(12s);
  CHECK(office.trouble() == "writes fail since 12 s: the disk is full");
  disk.heal();
  CHECK(office.trouble().empty());
  CHECK(office.count() == "1");
}

TEST_CASE("the probe says that flushes fail as long as they do") {
  FailingDisk disk;
  Office office;
  office.prepare();
  office.start();
  disk.fail_flushes(EIO);
  CHECK(office.write("Ada") == ErrorCode::outcome_unknown);
  office.world().advance(longest_wait);
  CHECK(office.trouble() == "writes fail since 0 s: the disk fails");
  disk.heal();
  office.world().advance(longest_wait);
  CHECK(office.trouble().empty());
}

TEST_CASE("a write that its client did wrong is no trouble of the database") {
  Office office;
  office.prepare();
  office.start();
  const auto asked = office.world().ask(
      office.writes(),
      actors::WriteGroup{{{DeleteUser{user_id(7)}, office.world().in(1s)}}, at_ms(0)});
  CHECK(asked->reply->front().error().code == ErrorCode::user_not_found);
  CHECK(office.trouble().empty());
}

TEST_CASE("after a flush that failed the outcome is unknown, and the store opens anew") {
  FailingDisk disk;
  Office office;
  office.prepare();
  office.start();
  REQUIRE_FALSE(office.write("Ada").has_value());
  disk.fail_flushes(EIO);
  CHECK(office.write("Bob") == ErrorCode::outcome_unknown);
  CHECK(office.write("Cyd") == unavailable);
  disk.heal();
  office.world().advance(longest_wait);
  CHECK_FALSE(office.write("Dan").has_value());
}

TEST_CASE("a disk that can't be read is storage that is unavailable, and it heals") {
  FailingDisk disk;
  Office office;
  office.prepare();
  office.start();
  REQUIRE_FALSE(office.write("Ada").has_value());
  disk.fail_reads(EIO);
  CHECK(office.read() == unavailable);
  office.world().advance(longest_wait);
  CHECK(office.read() == unavailable);
  disk.heal();
  office.world().advance(longest_wait);
  CHECK_FALSE(office.read().has_value());
}

TEST_CASE("without a database an expired write is late, the others unavailable") {
  Office office;
  office.start();
  const auto options = actors::SqliteStoreOptions{.path = office.path()};
  const auto writes = office.world().spawn<actors::SqliteWriteStore>(options);
  const auto now = office.world().clock().now();
  const auto asked = office.world().ask(
      writes, actors::WriteGroup{{{new_user("Ada"), now}, {new_user("Bob"), now + 1s}}, at_ms(0)});
  REQUIRE(asked->reply.has_value());
  REQUIRE(asked->reply->size() == 2);
  CHECK((*asked->reply)[0].error().code == ErrorCode::deadline_exceeded);
  CHECK((*asked->reply)[1].error().code == unavailable);
}

}  // namespace
}  // namespace rollcall::tests
