// A group of writes when SQLite fails: the whole group or single writes fail, never part of a
// write. What a failed write leaves behind is in writer_traces_test.cpp.
#include "tests/unit/db/writer_fixture.hpp"

#include <cerrno>
#include <limits>

#include "tests/support/sqlite/failing_disk.hpp"

namespace rollcall::tests {
namespace {

using db::SqliteWriter;

constexpr std::int64_t last_possible_id = std::numeric_limits<std::int64_t>::max();

TEST_CASE("a transaction that SQLite rolls back by itself fails every write of its group") {
  WriterFixture fixture;
  plant_failure(fixture, "Bomb", "RAISE(ROLLBACK, 'boom')");
  REQUIRE(codes(fixture.apply({new_user("Ada")})) == "done");
  const auto outcome =
      fixture.apply({new_user("Bob"), new_user("Bomb"), new_user("Cyd"), new_user("Dan")});
  CHECK(codes(outcome) == "unavailable unavailable unavailable unavailable");
  CHECK(outcome.error.has_value());
  // Neither the writes before the failure, nor those after it outside the transaction.
  CHECK(fixture.names() == "Ada");
  CHECK(codes(fixture.apply({new_user("Eve")})) == "done");
  CHECK(fixture.names() == "Ada,Eve");
}

TEST_CASE("an update that SQLite answers by rolling back fails its group too") {
  WriterFixture fixture;
  plant_failure(fixture, "Bomb", "RAISE(ROLLBACK, 'boom')");
  REQUIRE(codes(fixture.apply({new_user("Ada")})) == "done");
  const auto outcome = fixture.apply(
      {new_user("Bob"), ReplaceUser{user_id(1), {user_name("Bomb"), {}}}, DeleteUser{user_id(1)}});
  CHECK(codes(outcome) == "unavailable unavailable unavailable");
  CHECK(fixture.names() == "Ada");
}

TEST_CASE(
    "a failure that SQLite rolls back alone fails one write and not the others of its group") {
  WriterFixture fixture;
  plant_failure(fixture, "Bomb", "RAISE(ABORT, 'boom')");
  CHECK(codes(fixture.apply({new_user("Ada"), new_user("Bomb"), new_user("Bob")})) ==
        "done unavailable done");
  CHECK(fixture.names() == "Ada,Bob");
}

TEST_CASE("a failure that leaves half a write behind is rolled back to the write before") {
  WriterFixture fixture;
  // FAIL keeps what the statement has changed so far: only the rollback to the savepoint undoes it.
  plant_failure(fixture, "Bomb", "RAISE(FAIL, 'boom')");
  CHECK(codes(fixture.apply({new_user("Ada"), new_user("Bomb"), new_user("Bob")})) ==
        "done unavailable done");
  CHECK(fixture.names() == "Ada,Bob");
}

TEST_CASE(
    "a write that takes longer than a statement may fails its group, and nothing is applied") {
  WriterFixture fixture;
  plant_failure(fixture, "Bomb", for_ever);
  const auto outcome = fixture.apply({new_user("Ada"), new_user("Bomb"), new_user("Bob")});
  CHECK(codes(outcome) == "unavailable unavailable unavailable");
  REQUIRE(outcome.error.has_value());
  CHECK(outcome.error->interrupted());
  CHECK(fixture.names() == "nobody");
  CHECK(codes(fixture.apply({new_user("Cyd")})) == "done");
}

TEST_CASE("a write whose deadline has passed is not applied, and the others of its group are") {
  WriterFixture fixture;
  const auto outcome = fixture.apply({new_user("Ada"), new_user("Bob"), new_user("Cyd")},
                                     [](std::size_t i) { return i == 1; });
  CHECK(codes(outcome) == "done late done");
  CHECK(fixture.names() == "Ada,Cyd");
}

TEST_CASE("when the ids are used up, creates fail and nothing else does") {
  WriterFixture fixture;
  REQUIRE(codes(fixture.apply({new_user("Ada")})) == "done");
  fixture.execute("UPDATE sqlite_sequence SET seq = 9223372036854775807 WHERE name = 'users'");
  const auto outcome =
      fixture.apply({PatchUser{user_id(1), {user_name("Adele"), {}}, {}}, new_user("Bob"),
                     PatchUser{user_id(1), {user_name("Ann"), {}}, {}}});
  CHECK(codes(outcome) == "done unavailable done");
  CHECK_FALSE(outcome.reopen);
  CHECK(fixture.names() == "Ann");
}

TEST_CASE("the largest id can be given, and the next create fails") {
  WriterFixture fixture;
  fixture.execute("INSERT INTO sqlite_sequence VALUES ('users', 9223372036854775806)");
  const auto outcome = fixture.apply({new_user("Ada"), new_user("Bob")});
  REQUIRE(codes(outcome) == "done unavailable");
  CHECK((*outcome.results[0])->id == user_id(last_possible_id));
}

TEST_CASE("a full disk at commit fails every write of the group, and the writer recovers") {
  FailingDisk disk;
  WriterFixture fixture;
  REQUIRE(codes(fixture.apply({new_user("Ada")})) == "done");
  disk.fail_writes(ENOSPC);
  const auto outcome = fixture.apply({new_user("Bob"), DeleteUser{user_id(9)}});
  CHECK(codes(outcome) == "unavailable unavailable");
  CHECK(outcome.error->full());
  CHECK_FALSE(outcome.reopen);
  disk.heal();
  CHECK(fixture.names() == "Ada");
  CHECK(codes(fixture.apply({new_user("Cyd")})) == "done");
  CHECK(fixture.names() == "Ada,Cyd");
}

TEST_CASE("a flush that fails leaves the outcome of applied writes unknown, of others known") {
  FailingDisk disk;
  WriterFixture fixture;
  REQUIRE(codes(fixture.apply({new_user("Ada", "ada@example.org")})) == "done");
  disk.fail_flushes(EIO);
  const auto outcome = fixture.apply({new_user("Bob"), new_user("Cyd", "ADA@example.org"),
                                      DeleteUser{user_id(9)}, new_user("Dan")},
                                     [](std::size_t i) { return i == 3; });
  CHECK(codes(outcome) == "unknown unavailable unavailable late");
  CHECK(outcome.reopen);
  disk.heal();
  fixture.reopen();
  CHECK(codes(fixture.apply({new_user("Eve")})) == "done");
}

TEST_CASE("every group that changes something is flushed before it is answered") {
  FailingDisk disk;
  WriterFixture fixture;
  for (int i = 0; i < 5; ++i) {
    const int before = disk.flushes();
    REQUIRE(codes(fixture.apply({new_user("Ada"), new_user("Bob")})) == "done done");
    CHECK(disk.flushes() > before);
  }
}

TEST_CASE("a disk that can't be read fails the group and requests a new connection") {
  FailingDisk disk;
  WriterFixture fixture;
  REQUIRE(codes(fixture.apply({new_user("Ada")})) == "done");
  fixture.reopen();
  fixture.execute("UPDATE users SET name = 'Adele'");  // so that the writer's pages are stale
  disk.fail_reads(EIO);
  const auto outcome =
      fixture.apply({new_user("Bob"), PatchUser{user_id(1), {user_name("Ann"), {}}, {}}});
  CHECK(codes(outcome) == "unavailable unavailable");
  CHECK(outcome.reopen);
  disk.heal();
  CHECK(fixture.names() == "Adele");
}

TEST_CASE("while another program writes, writes wait and are then refused, not applied") {
  WriterFixture fixture;
  auto other = fixture.connect();
  REQUIRE(other.execute("BEGIN IMMEDIATE").has_value());
  CHECK(codes(fixture.apply({new_user("Ada")})) == "unavailable");
  CHECK_FALSE(fixture.writer().probe().has_value());
  REQUIRE(other.execute("ROLLBACK").has_value());
  CHECK(fixture.writer().probe().has_value());
  CHECK(codes(fixture.apply({new_user("Ada")})) == "done");
}

TEST_CASE("a file that was moved away takes no more writes") {
  WriterFixture fixture;
  std::filesystem::rename(fixture.path(), fixture.path().string() + ".old");
  const auto outcome = fixture.apply({new_user("Ada")});
  CHECK(codes(outcome) == "unavailable");
  CHECK(outcome.reopen);
  CHECK_FALSE(fixture.writer().probe().has_value());
}

TEST_CASE("a row that another program corrupted fails its own write and no other of its group") {
  WriterFixture fixture;
  REQUIRE(codes(fixture.apply({new_user("Ada"), new_user("Bob")})) == "done done");
  fixture.execute("UPDATE users SET name = 'line' || char(10) || 'break' WHERE id = 1");
  const auto outcome =
      fixture.apply({PatchUser{user_id(1), {std::nullopt, {{e_mail("a@example.org")}}}, {}},
                     PatchUser{user_id(2), {user_name("Ben"), {}}, {}}});
  REQUIRE(outcome.results.size() == 2);
  REQUIRE_FALSE(outcome.results[0].has_value());
  CHECK(outcome.results[0].error().code == ErrorCode::internal);
  CHECK(outcome.results[1].has_value());
  CHECK_FALSE(outcome.reopen);
}

TEST_CASE("a writer refuses a database whose commits would not be durable") {
  WriterFixture fixture;
  const auto path = fixture.path().string() + ".copy";
  fixture.execute("VACUUM INTO '" + path + "'");  // a copy without a write-ahead log
  const auto writer = SqliteWriter::open(path, WriterFixture::timeout);
  REQUIRE_FALSE(writer.has_value());
  CHECK(writer.error().detail.find("would not be durable") != std::string::npos);
}

}  // namespace
}  // namespace rollcall::tests
