// A write that changes no field of its user, on SQLite.
#include <cerrno>

#include "tests/support/keyed.hpp"
#include "tests/support/sqlite/failing_disk.hpp"
#include "tests/unit/db/writer_fixture.hpp"

namespace rollcall::tests {
namespace {

PatchUser name_first(std::string_view name) { return {user_id(1), {user_name(name), {}}, {}}; }

TEST_CASE("a write that changes nothing is not taken for one that a trigger ignores") {
  WriterFixture fixture;
  REQUIRE(codes(fixture.apply({new_user("Ada"), new_user("Bob")})) == "done done");
  fixture.execute(
      "CREATE TRIGGER none BEFORE UPDATE ON users BEGIN SELECT RAISE(IGNORE); END; "
      "CREATE TRIGGER seldom BEFORE INSERT ON users WHEN NEW.name = 'Bomb' BEGIN "
      "SELECT RAISE(IGNORE); END");
  const auto outcome = fixture.apply(
      {name_first("Ada"), name_first("Eve"), new_user("Bomb"), name_first("Ada"), new_user("Cyd")});
  CHECK(codes(outcome) == "done other other done done");
  CHECK((*outcome.results[3])->version == 1);
  CHECK(fixture.names() == "Ada,Bob,Cyd");
}

TEST_CASE("a write that changes nothing stands beside those that a trigger ends") {
  WriterFixture fixture;
  plant_failure(fixture, "Bomb", "RAISE(FAIL, 'x')");
  REQUIRE(codes(fixture.apply({new_user("Ada")})) == "done");
  const auto outcome = fixture.apply({name_first("Ada"), name_first("Bomb"), name_first("Ada"),
                                      name_first("Eve"), name_first("Eve"), new_user("Bomb")});
  CHECK(codes(outcome) == "done unavailable done done done unavailable");
  CHECK((*outcome.results[2])->version == 1);
  CHECK((*outcome.results[4])->version == 2);
  CHECK(fixture.text("SELECT group_concat(name || version) FROM users") == "Eve2");
}

TEST_CASE("a write that changes nothing is confirmed by a flush, and with others by theirs") {
  FailingDisk disk;
  WriterFixture fixture;
  REQUIRE(codes(fixture.apply({new_user("Ada")})) == "done");
  auto before = disk.flushes();
  REQUIRE(codes(fixture.apply({new_user("Bob")})) == "done");
  const auto usual = disk.flushes() - before;
  before = disk.flushes();
  CHECK(codes(fixture.apply({name_first("Ada"), name_first("Ada")})) == "done done");
  CHECK(disk.flushes() - before == usual);
  before = disk.flushes();
  CHECK(codes(fixture.apply({name_first("Ada"), new_user("Cyd")})) == "done done");
  CHECK(disk.flushes() - before == usual);
}

TEST_CASE("after a write whose flush failed a repetition is not confirmed without a flush") {
  FailingDisk disk;
  WriterFixture fixture;
  REQUIRE(codes(fixture.apply({new_user("Ada")})) == "done");
  disk.fail_flushes(EIO);
  REQUIRE(codes(fixture.apply({name_first("Eve")})) == "unknown");
  fixture.reopen();
  CHECK(codes(fixture.apply({name_first("Eve")})) == "unknown");
  CHECK(codes(fixture.apply({name_first("Ada")})) == "unknown");
  disk.heal();
  fixture.reopen();
  CHECK(codes(fixture.apply({name_first("Eve")})) == "done");
}

TEST_CASE("the repetition of a create with a key is not confirmed without a flush") {
  FailingDisk disk;
  WriterFixture fixture;
  REQUIRE(codes(fixture.apply({keyed("k", "Ada")})) == "done");
  disk.fail_flushes(EIO);
  CHECK(codes(fixture.apply({keyed("k", "Ada")})) == "unknown");
  disk.heal();
  fixture.reopen();
  const auto outcome = fixture.apply({keyed("k", "Ada")});
  CHECK(shown(outcome.results[0]) == "again 1 created Ada");
}

TEST_CASE("a create whose answer can't be kept creates nobody, and fails alone") {
  WriterFixture fixture;
  fixture.execute(
      "CREATE TRIGGER full BEFORE INSERT ON kept_answers WHEN NEW.key = 'k' BEGIN "
      "SELECT RAISE(ABORT, 'x'); END");
  const auto outcome = fixture.apply({new_user("Bob"), keyed("k", "Ada"), keyed("l", "Cyd")});
  CHECK(codes(outcome) == "done unavailable done");
  CHECK(fixture.names() == "Bob,Cyd");
}

TEST_CASE("on a full disk a write that changes nothing is refused") {
  FailingDisk disk;
  WriterFixture fixture;
  REQUIRE(codes(fixture.apply({new_user("Ada")})) == "done");
  disk.fail_writes(ENOSPC);
  CHECK(codes(fixture.apply({name_first("Ada")})) == "unavailable");
}

}  // namespace
}  // namespace rollcall::tests
