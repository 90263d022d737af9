// A write that fails inside a group leaves nothing behind, whatever it had changed before, and the
// other writes of the group are applied once.
#include <sqlite3.h>

#include <cerrno>

#include "tests/support/sqlite/failing_disk.hpp"
#include "tests/unit/db/writer_fixture.hpp"

namespace rollcall::tests {
namespace {

// Another program's record of all changes, in the same transactions.
constexpr const char* audit = R"(
CREATE TABLE audit (id INTEGER PRIMARY KEY AUTOINCREMENT, what TEXT);
INSERT INTO audit VALUES (5000, 'begin');
CREATE TRIGGER before_insert BEFORE INSERT ON users BEGIN
  INSERT INTO audit (what) VALUES ('+' || NEW.name); END;
CREATE TRIGGER after_insert AFTER INSERT ON users BEGIN
  INSERT INTO audit (what) VALUES ('.' || NEW.name); END;
CREATE TRIGGER after_update AFTER UPDATE ON users BEGIN
  INSERT INTO audit (what) VALUES ('=' || NEW.name); END;
CREATE TRIGGER after_delete AFTER DELETE ON users BEGIN
  INSERT INTO audit (what) VALUES ('-' || OLD.name); END;
)";

std::string audited(const WriterFixture& fixture) {
  return fixture.text(
      "SELECT group_concat(what, ' ') FROM (SELECT what FROM audit WHERE id > 5000 ORDER BY id)");
}

// Every page, every constraint, and that each index has what its table has.
bool whole(const WriterFixture& fixture) { return fixture.text("PRAGMA integrity_check") == "ok"; }

// Three changes, `failing` in this place.
std::vector<Change> group_with(const Change& failing, std::size_t place) {
  std::vector<Change> group{new_user("Bob"), new_user("Cyd")};
  group.insert(group.begin() + static_cast<std::ptrdiff_t>(place), failing);
  return group;
}

std::string codes_with(const std::string& failing, std::size_t place) {
  const std::array codes{failing + " done done", "done " + failing + " done",
                         "done done " + failing};
  return codes.at(place);
}

TEST_CASE("a create that a trigger ends leaves no trace, in any place of its group") {
  const auto how = GENERATE(as<std::string>{}, "RAISE(ABORT, 'x')", "RAISE(FAIL, 'x')");
  const auto place = GENERATE(std::size_t{0}, std::size_t{1}, std::size_t{2});
  WriterFixture fixture;
  fixture.execute(audit);
  plant_failure(fixture, "Bomb", how);
  const auto outcome = fixture.apply(group_with(new_user("Bomb", "bomb@example.org"), place));
  CHECK(codes(outcome) == codes_with("unavailable", place));
  CHECK(outcome.error.has_value());
  CHECK(fixture.names() == "Bob,Cyd");
  CHECK(audited(fixture) == "+Bob .Bob +Cyd .Cyd");
  CHECK(whole(fixture));
  // The e-mail is free.
  CHECK(codes(fixture.apply({new_user("Dan", "bomb@example.org")})) == "done");
}

TEST_CASE("an update that a trigger ends leaves no trace, in any place of its group") {
  const auto how = GENERATE(as<std::string>{}, "RAISE(ABORT, 'x')", "RAISE(FAIL, 'x')");
  const auto place = GENERATE(std::size_t{0}, std::size_t{1}, std::size_t{2});
  WriterFixture fixture;
  fixture.execute(audit);
  plant_failure(fixture, "Bomb", how);
  REQUIRE(codes(fixture.apply({new_user("Ada", "ada@example.org")})) == "done");
  const PatchUser bomb{user_id(1), user_name("Bomb"), {{e_mail("bomb@example.org")}}, {}};
  CHECK(codes(fixture.apply(group_with(bomb, place))) == codes_with("unavailable", place));
  CHECK(fixture.names() == "Ada,Bob,Cyd");
  CHECK(fixture.text("SELECT version || email FROM users WHERE id = 1") == "1ada@example.org");
  CHECK(audited(fixture) == "+Ada .Ada +Bob .Bob +Cyd .Cyd");
  CHECK(whole(fixture));
}

TEST_CASE("a delete that a trigger ends leaves no trace, in any place of its group") {
  const auto how = GENERATE(as<std::string>{}, "RAISE(ABORT, 'x')", "RAISE(FAIL, 'x')");
  const auto place = GENERATE(std::size_t{0}, std::size_t{1}, std::size_t{2});
  WriterFixture fixture;
  REQUIRE(codes(fixture.apply({new_user("Ada")})) == "done");
  fixture.execute("CREATE TRIGGER keep AFTER INSERT ON deleted_users BEGIN SELECT " + how +
                  "; END");
  CHECK(codes(fixture.apply(group_with(DeleteUser{user_id(1)}, place))) ==
        codes_with("unavailable", place));
  CHECK(fixture.names() == "Ada,Bob,Cyd");
  CHECK(fixture.text("SELECT count(*) FROM deleted_users") == "0");
  CHECK(whole(fixture));
}

TEST_CASE("a taken e-mail leaves no trace, in any place of its group") {
  const bool triggers = GENERATE(false, true);
  const bool create = GENERATE(false, true);
  const auto place = GENERATE(std::size_t{0}, std::size_t{1}, std::size_t{2});
  WriterFixture fixture;
  if (triggers) fixture.execute(audit);
  REQUIRE(codes(fixture.apply({new_user("Ada", "ada@example.org"), new_user("Ann")})) ==
          "done done");
  const auto late =
      create ? Change(new_user("Late", "ADA@example.org"))
             : Change(PatchUser{user_id(2), {std::nullopt, {{e_mail("ADA@example.org")}}}, {}});
  const auto outcome = fixture.apply(group_with(late, place));
  CHECK(codes(outcome) == codes_with("taken", place));
  CHECK_FALSE(outcome.error.has_value());
  CHECK(fixture.names() == "Ada,Ann,Bob,Cyd");
  CHECK(fixture.text("SELECT group_concat(version) FROM users") == "1,1,1,1");
  CHECK(fixture.text("SELECT max(id) FROM users") == "4");  // nor did it use an id up
  if (triggers) CHECK(audited(fixture) == "+Ada .Ada +Ann .Ann +Bob .Bob +Cyd .Cyd");
  CHECK(whole(fixture));
}

TEST_CASE("a trigger that violates a constraint and keeps the row does not keep it") {
  const auto place = GENERATE(std::size_t{0}, std::size_t{1}, std::size_t{2});
  WriterFixture fixture;
  // The error is that of a taken e-mail, and SQLite keeps the user.
  fixture.execute(
      "CREATE TABLE seen (name TEXT UNIQUE); INSERT INTO seen VALUES ('Bomb'); "
      "CREATE TRIGGER see AFTER INSERT ON users BEGIN "
      "INSERT OR FAIL INTO seen VALUES (NEW.name); END");
  const auto outcome = fixture.apply(group_with(new_user("Bomb"), place));
  CHECK_FALSE(outcome.results.at(place).has_value());
  CHECK(fixture.names() == "Bob,Cyd");
  CHECK(fixture.text("SELECT group_concat(name) FROM seen") == "Bomb,Bob,Cyd");
}

TEST_CASE("a trigger that ends the transaction fails the group from any place, with no trace") {
  const auto place = GENERATE(std::size_t{0}, std::size_t{1}, std::size_t{2});
  WriterFixture fixture;
  fixture.execute(audit);
  plant_failure(fixture, "Bomb", "RAISE(ROLLBACK, 'x')");
  CHECK(codes(fixture.apply(group_with(new_user("Bomb"), place))) ==
        "unavailable unavailable unavailable");
  CHECK(fixture.names() == "nobody");
  CHECK(audited(fixture).empty());
  CHECK(codes(fixture.apply({new_user("Dan")})) == "done");
}

TEST_CASE("a trigger whose conflict ends the transaction fails the group, with no trace") {
  const auto place = GENERATE(std::size_t{0}, std::size_t{1}, std::size_t{2});
  WriterFixture fixture;
  fixture.execute(audit);
  fixture.execute(
      "CREATE TABLE seen (name TEXT UNIQUE); INSERT INTO seen VALUES ('Bomb'); "
      "CREATE TRIGGER see AFTER INSERT ON users BEGIN "
      "INSERT OR ROLLBACK INTO seen VALUES (NEW.name); END");
  CHECK(codes(fixture.apply(group_with(new_user("Bomb"), place))) ==
        "unavailable unavailable unavailable");
  CHECK(fixture.names() == "nobody");
  CHECK(audited(fixture).empty());
  CHECK(codes(fixture.apply({new_user("Dan")})) == "done");
}

TEST_CASE("an interrupted write fails the group from any place, with no trace") {
  const auto place = GENERATE(std::size_t{0}, std::size_t{1}, std::size_t{2});
  WriterFixture fixture;
  fixture.execute(audit);
  plant_failure(fixture, "Bomb", for_ever);
  CHECK(codes(fixture.apply(group_with(new_user("Bomb"), place))) ==
        "unavailable unavailable unavailable");
  CHECK(fixture.names() == "nobody");
  CHECK(audited(fixture).empty());
  CHECK(codes(fixture.apply({new_user("Dan")})) == "done");
}

TEST_CASE("a write after one that fails sees the users of those before it, once") {
  WriterFixture fixture;
  plant_failure(fixture, "Bomb", "RAISE(FAIL, 'x')");
  REQUIRE(codes(fixture.apply({new_user("Ada")})) == "done");
  const auto renamed = [](std::string_view name) {
    return PatchUser{user_id(1), {user_name(name), {}}, {}};
  };
  const auto outcome = fixture.apply({renamed("Ann"), renamed("Bomb"), renamed("Abe")});
  CHECK(codes(outcome) == "done unavailable done");
  CHECK((*outcome.results[2])->version == 3);
  CHECK(fixture.text("SELECT name || version FROM users") == "Abe3");
}

TEST_CASE("a write that expires while its group is applied again is not applied") {
  WriterFixture fixture;
  plant_failure(fixture, "Bomb", "RAISE(FAIL, 'x')");
  bool late = false;
  const auto expired = [&](std::size_t place) {
    late = late || place == 1;
    return place == 0 && late;
  };
  CHECK(codes(fixture.apply({new_user("Ada"), new_user("Bomb"), new_user("Bob")}, expired)) ==
        "late unavailable done");
  CHECK(fixture.names() == "Bob");
}

TEST_CASE("a create is answered with its id where triggers insert rows of other tables") {
  WriterFixture fixture;
  fixture.execute(audit);
  const auto outcome = fixture.apply({new_user("Ada"), new_user("Bob")});
  REQUIRE(codes(outcome) == "done done");
  CHECK((*outcome.results[0])->id == user_id(1));
  CHECK((*outcome.results[1])->id == user_id(2));
}

TEST_CASE("a write that a trigger ignores is not acknowledged") {
  WriterFixture fixture;
  REQUIRE(codes(fixture.apply({new_user("Ada"), new_user("Ann")})) == "done done");
  fixture.execute(
      "CREATE TRIGGER no_insert BEFORE INSERT ON users WHEN NEW.name = 'Bomb' BEGIN "
      "SELECT RAISE(IGNORE); END; "
      "CREATE TRIGGER no_update BEFORE UPDATE ON users WHEN NEW.name = 'Bomb' BEGIN "
      "SELECT RAISE(IGNORE); END; "
      "CREATE TRIGGER no_delete BEFORE DELETE ON users WHEN OLD.name = 'Ann' BEGIN "
      "SELECT RAISE(IGNORE); END");
  CHECK(codes(fixture.apply(
            {new_user("Bob"), new_user("Bomb"), PatchUser{user_id(1), {user_name("Bomb"), {}}, {}},
             DeleteUser{user_id(2)}, new_user("Cyd")})) == "done other other other done");
  CHECK(fixture.names() == "Ada,Ann,Bob,Cyd");
}

TEST_CASE("a disk that is full in the middle of a group fails all of it, with no trace") {
  FailingDisk disk;
  WriterFixture fixture;
  // More than SQLite's page cache holds: it begins to write before the commit.
  fixture.execute(
      "CREATE TABLE ballast (data); CREATE TRIGGER load AFTER INSERT ON users WHEN "
      "NEW.name = 'Bomb' BEGIN INSERT INTO ballast VALUES (zeroblob(20000000)); END");
  const auto outcome =
      fixture.apply({new_user("Ada"), new_user("Bomb"), new_user("Bob")}, [&](std::size_t place) {
        if (place == 1) disk.fail_writes(ENOSPC);
        if (place == 2) disk.heal();
        return false;
      });
  CHECK(codes(outcome) == "unavailable unavailable unavailable");
  CHECK(outcome.error->full());
  disk.heal();
  CHECK(fixture.names() == "nobody");
  CHECK(fixture.text("SELECT count(*) FROM ballast") == "0");
  CHECK(whole(fixture));
  CHECK(codes(fixture.apply({new_user("Cyd")})) == "done");
}

// Bounds the file for every connection that is opened while it lives.
class SmallFiles {
 public:
  SmallFiles() { sqlite3_auto_extension(reinterpret_cast<void (*)()>(bound)); }
  ~SmallFiles() { sqlite3_reset_auto_extension(); }
  SmallFiles(const SmallFiles&) = delete;
  SmallFiles& operator=(const SmallFiles&) = delete;

 private:
  static int bound(sqlite3* connection, const char**, const void*) {
    return sqlite3_exec(connection, "PRAGMA max_page_count = 25", nullptr, nullptr, nullptr);
  }
};

TEST_CASE("in a full file the writes fail that need a page, and no other of their group") {
  WriterFixture fixture;
  REQUIRE(codes(fixture.apply({new_user("Ada"), new_user("Bob")})) == "done done");
  const SmallFiles small;
  fixture.reopen();
  std::vector<Change> changes;
  for (int i = 0; i < 400; ++i) {
    const auto number = std::to_string(1'000 + i);
    changes.emplace_back(new_user(number + std::string(190, 'x'), number + "@example.org"));
  }
  changes.emplace_back(DeleteUser{user_id(1)});
  changes.emplace_back(PatchUser{user_id(2), {user_name("Ben"), {}}, {}});
  const auto outcome = fixture.apply(changes);
  std::size_t created = 0;
  for (std::size_t i = 0; i < 400; ++i) {
    if (!outcome.results[i]) continue;
    ++created;
    CHECK(fixture.text("SELECT email FROM users WHERE id = " +
                       std::to_string((*outcome.results[i])->id.value())) ==
          std::to_string(1'000 + i) + "@example.org");
  }
  CHECK(created > 10);
  CHECK(created < 400);
  CHECK(outcome.error->full());
  CHECK(outcome.results[400].has_value());
  CHECK(outcome.results[401].has_value());
  CHECK(fixture.text("SELECT count(*) FROM users") == std::to_string(created + 1));
  CHECK(whole(fixture));
}

}  // namespace
}  // namespace rollcall::tests
