// The stores of SQLite while the database is missing, unusable or full: they answer, and recover.
#include <cerrno>

#include "actors/stores/sqlite/read_store.hpp"
#include "actors/stores/sqlite/write_store.hpp"
#include "db/sqlite/connection.hpp"
#include "db/sqlite/database.hpp"
#include "tests/support/actors/actor_world.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/log_book.hpp"
#include "tests/support/sample_users.hpp"
#include "tests/support/sqlite/failing_disk.hpp"
#include "tests/support/temp_dir.hpp"

namespace rollcall::tests {
namespace {

using namespace std::chrono_literals;
using db::SqliteDatabase;

// A store tries at least once in this time to open its database.
constexpr auto longest_wait = 500ms;

// The two stores, on a file that the test creates, damages and repairs.
class OutageFixture {
 public:
  OutageFixture() = default;

  void prepare() const { REQUIRE(SqliteDatabase::prepare(path()).has_value()); }
  void start() {
    actors::SqliteStoreOptions options;
    options.path = path();
    options.statement_timeout = 20ms;
    reads_ = world_.spawn_as<actors::SqliteReadStore>({"reader"}, options);
    writes_ = world_.spawn_as<actors::SqliteWriteStore>({"writer"}, options);
    world_.settle();
  }

  // The code of the error; nothing where the read succeeds.
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
  /// What the probe of the write store reports as wrong; empty where it serves.
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
  OutageFixture fixture;
  fixture.start();
  CHECK(fixture.read() == unavailable);
  CHECK(fixture.write() == unavailable);
  CHECK_FALSE(fixture.serves());
  fixture.prepare();
  fixture.world().advance(longest_wait);
  CHECK(fixture.serves());
  CHECK_FALSE(fixture.write().has_value());
  CHECK_FALSE(fixture.read().has_value());
}

TEST_CASE("a long outage ends no store, and opening is retried at least every half second") {
  OutageFixture fixture;
  fixture.start();
  for (int i = 0; i < 200; ++i) {
    REQUIRE_FALSE(fixture.world().clock().idle());
    CHECK(fixture.world().clock().next() - fixture.world().clock().now() <= longest_wait);
    fixture.world().advance(longest_wait);
  }
  fixture.prepare();
  fixture.world().advance(longest_wait);
  CHECK(fixture.serves());
}

TEST_CASE("an outage is logged when it begins and when it ends, not for every attempt") {
  OutageFixture fixture;
  fixture.start();
  fixture.world().advance(1min);
  CHECK(fixture.log().lines("writer: no connection") == 1);
  CHECK(fixture.log().lines("reader: no connection") == 1);
  CHECK(fixture.log().lines("") == 2);
  fixture.prepare();
  fixture.world().advance(longest_wait);
  CHECK(fixture.log().lines("writer: ready on " + fixture.path().string()) == 1);
  CHECK(fixture.log().lines("reader: ready on " + fixture.path().string()) == 1);
  CHECK(fixture.log().lines("") == 4);
}

TEST_CASE("a database that is moved away while it is used is found again when it is back") {
  OutageFixture fixture;
  fixture.prepare();
  fixture.start();
  REQUIRE_FALSE(fixture.write("Ada").has_value());
  std::filesystem::rename(fixture.path(), fixture.aside());
  CHECK(fixture.write("Bob") == unavailable);
  CHECK(fixture.read() == unavailable);
  fixture.world().advance(longest_wait);
  CHECK(fixture.write("Cyd") == unavailable);
  std::filesystem::rename(fixture.aside(), fixture.path());
  fixture.world().advance(longest_wait);
  CHECK_FALSE(fixture.write("Dan").has_value());
  CHECK_FALSE(fixture.read().has_value());
  CHECK(fixture.count() == "2");
}

TEST_CASE("a file that is no database is refused, and retried") {
  OutageFixture fixture;
  write_file(fixture.path(), std::string(8'192, 'x'));
  fixture.start();
  fixture.world().advance(10s);
  CHECK(fixture.read() == unavailable);
  CHECK(fixture.write() == unavailable);
  CHECK(fixture.log().lines("writer: no connection") == 1);
  CHECK(fixture.log().lines("is not a SQLite database") == 2);
  std::filesystem::remove(fixture.path());
  fixture.prepare();
  fixture.world().advance(longest_wait);
  CHECK(fixture.serves());
}

TEST_CASE("stores that no longer match the schema are not ready, and the log names the column") {
  OutageFixture fixture;
  fixture.prepare();
  auto other = db::SqliteConnection::open(fixture.path(), db::OpenMode::read_write, 0ms);
  REQUIRE(other->execute("ALTER TABLE users RENAME COLUMN version TO edition").has_value());
  fixture.start();
  CHECK(fixture.read() == unavailable);
  CHECK_FALSE(fixture.serves());
  CHECK(fixture.log().lines("statement find_user: no such column: version") == 2);
  REQUIRE(other->execute("ALTER TABLE users RENAME COLUMN edition TO version").has_value());
  fixture.world().advance(longest_wait);
  CHECK(fixture.serves());
}

TEST_CASE("a schema that changes under a ready store is detected and named") {
  OutageFixture fixture;
  fixture.prepare();
  fixture.start();
  REQUIRE_FALSE(fixture.read().has_value());
  auto other = db::SqliteConnection::open(fixture.path(), db::OpenMode::read_write, 0ms);
  REQUIRE(other->execute("ALTER TABLE users RENAME COLUMN version TO edition").has_value());
  CHECK(fixture.read() == unavailable);
  CHECK(fixture.write() == unavailable);
  fixture.world().advance(longest_wait);
  CHECK(fixture.log().lines("reader: no connection") >= 1);
  CHECK(fixture.log().lines("no such column: version") >= 2);
  REQUIRE(other->execute("ALTER TABLE users RENAME COLUMN edition TO version").has_value());
  fixture.world().advance(longest_wait);
  CHECK(fixture.serves());
}

TEST_CASE("on a full disk writes are refused, reads are served, and the store recovers by itself") {
  FailingDisk disk;
  OutageFixture fixture;
  fixture.prepare();
  fixture.start();
  REQUIRE_FALSE(fixture.write("Ada").has_value());
  disk.fail_writes(ENOSPC);
  for (int i = 0; i < 5; ++i) {
    CHECK(fixture.write("Bob") == unavailable);
    CHECK_FALSE(fixture.read().has_value());
  }
  CHECK(fixture.log().lines("the disk is full") == 1);
  disk.heal();
  CHECK_FALSE(fixture.write("Cyd").has_value());
  CHECK(fixture.log().lines("writer: works again") == 1);
  CHECK(fixture.count() == "2");
}

TEST_CASE("the probe reports since when the disk is full, and detects itself that it is not") {
  FailingDisk disk;
  OutageFixture fixture;
  fixture.prepare();
  fixture.start();
  REQUIRE_FALSE(fixture.write("Ada").has_value());
  disk.fail_writes(ENOSPC);
  CHECK(fixture.trouble().empty());  // no write was tried since
  CHECK(fixture.write("Bob") == unavailable);
  CHECK(fixture.trouble() == "writes fail since 0 s: the disk is full");
  fixture.world().advance(12s);
  CHECK(fixture.trouble() == "writes fail since 12 s: the disk is full");
  disk.heal();
  CHECK(fixture.trouble().empty());
  CHECK(fixture.count() == "1");
}

TEST_CASE("the probe reports failing flushes as long as they fail") {
  FailingDisk disk;
  OutageFixture fixture;
  fixture.prepare();
  fixture.start();
  disk.fail_flushes(EIO);
  CHECK(fixture.write("Ada") == ErrorCode::outcome_unknown);
  fixture.world().advance(longest_wait);
  CHECK(fixture.trouble() == "writes fail since 0 s: the disk fails");
  disk.heal();
  fixture.world().advance(longest_wait);
  CHECK(fixture.trouble().empty());
}

TEST_CASE("an error of a client is not reported as a failing database") {
  OutageFixture fixture;
  fixture.prepare();
  fixture.start();
  const auto asked = fixture.world().ask(
      fixture.writes(),
      actors::WriteGroup{{{DeleteUser{user_id(7)}, fixture.world().in(1s)}}, at_ms(0)});
  CHECK(asked->reply->front().error().code == ErrorCode::user_not_found);
  CHECK(fixture.trouble().empty());
}

TEST_CASE("after a failed flush the outcome is unknown, and the store reopens the database") {
  FailingDisk disk;
  OutageFixture fixture;
  fixture.prepare();
  fixture.start();
  REQUIRE_FALSE(fixture.write("Ada").has_value());
  disk.fail_flushes(EIO);
  CHECK(fixture.write("Bob") == ErrorCode::outcome_unknown);
  CHECK(fixture.write("Cyd") == unavailable);
  disk.heal();
  fixture.world().advance(longest_wait);
  CHECK_FALSE(fixture.write("Dan").has_value());
}

TEST_CASE("a disk that can't be read is storage_unavailable, and the store recovers") {
  FailingDisk disk;
  OutageFixture fixture;
  fixture.prepare();
  fixture.start();
  REQUIRE_FALSE(fixture.write("Ada").has_value());
  disk.fail_reads(EIO);
  CHECK(fixture.read() == unavailable);
  fixture.world().advance(longest_wait);
  CHECK(fixture.read() == unavailable);
  disk.heal();
  fixture.world().advance(longest_wait);
  CHECK_FALSE(fixture.read().has_value());
}

TEST_CASE("without a database an expired write is deadline_exceeded, the others unavailable") {
  OutageFixture fixture;
  fixture.start();
  const auto options = actors::SqliteStoreOptions{.path = fixture.path()};
  const auto writes = fixture.world().spawn<actors::SqliteWriteStore>(options);
  const auto now = fixture.world().clock().now();
  const auto asked = fixture.world().ask(
      writes, actors::WriteGroup{{{new_user("Ada"), now}, {new_user("Bob"), now + 1s}}, at_ms(0)});
  REQUIRE(asked->reply.has_value());
  REQUIRE(asked->reply->size() == 2);
  CHECK((*asked->reply)[0].error().code == ErrorCode::deadline_exceeded);
  CHECK((*asked->reply)[1].error().code == unavailable);
}

}  // namespace
}  // namespace rollcall::tests
