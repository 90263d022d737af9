// Which files are no usable database, and what is reported to the operator.
#include <sys/stat.h>

#include <cerrno>
#include <fstream>

#include "db/sqlite/connection.hpp"
#include "db/sqlite/database.hpp"
#include "db/sqlite/reader.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/daemon/forked.hpp"
#include "tests/support/sqlite/failing_disk.hpp"
#include "tests/support/temp_dir.hpp"

namespace rollcall::tests {
namespace {

using db::SqliteDatabase;
using namespace std::chrono_literals;

constexpr const char* none = "none";

// The error of preparing the database, or "none".
std::string error_of(const std::filesystem::path& path) {
  const auto prepared = SqliteDatabase::prepare(path);
  return prepared ? none : prepared.error();
}

bool says(const std::string& error, const std::string& part) {
  INFO(error);
  return error.find(part) != std::string::npos;
}

db::SqliteConnection open(const std::filesystem::path& path, db::OpenMode mode) {
  auto connection = db::SqliteConnection::open(path, mode, 0ms);
  REQUIRE(connection.has_value());
  return std::move(*connection);
}

TEST_CASE("the folders of a database are made") {
  const TempDir folder;
  const auto path = folder / "var/deep/rollcall.db";
  CHECK(error_of(path) == none);
  CHECK(std::filesystem::is_regular_file(path));
}

TEST_CASE("a prepared database commits durably: write-ahead log, synchronous full") {
  const TempDir folder;
  REQUIRE(error_of(folder / "a.db") == none);
  auto connection = open(folder / "a.db", db::OpenMode::read_write);
  CHECK(*connection.query_text("PRAGMA journal_mode") == "wal");
  CHECK(*connection.query_text("PRAGMA synchronous") == "2");
  CHECK(*connection.query_text("PRAGMA mmap_size") == "0");
}

TEST_CASE("a reading connection can't write") {
  const TempDir folder;
  REQUIRE(error_of(folder / "a.db") == none);
  auto connection = open(folder / "a.db", db::OpenMode::read_only);
  CHECK(*connection.query_text("PRAGMA query_only") == "1");
  CHECK_FALSE(connection.execute("DELETE FROM users").has_value());
}

TEST_CASE("a file that is not SQLite is named") {
  const TempDir folder;
  write_file(folder / "notes.txt", std::string(8'192, 'x'));
  const auto error = error_of(folder / "notes.txt");
  CHECK(says(error, (folder / "notes.txt").string()));
  CHECK(says(error, "is not a SQLite database"));
  CHECK(read_file(folder / "notes.txt") == std::string(8'192, 'x'));
}

TEST_CASE("a folder in place of a database is named") {
  const TempDir folder;
  std::filesystem::create_directory(folder / "a.db");
  CHECK(says(error_of(folder / "a.db"), "is a folder"));
}

TEST_CASE("a file in place of a folder is named") {
  const TempDir folder;
  write_file(folder / "var", "");
  CHECK(says(error_of(folder / "var/a.db"), (folder / "var/a.db").string()));
}

TEST_CASE("a file that is no regular one is refused") {
  const TempDir folder;
  REQUIRE(::mkfifo((folder / "pipe").c_str(), 0600) == 0);
  CHECK(says(error_of(folder / "pipe"), "is not a regular file"));
}

TEST_CASE("a read-only file is named") {
  const TempDir folder;
  REQUIRE(error_of(folder / "a.db") == none);
  std::filesystem::permissions(folder.path(), std::filesystem::perms::all);
  REQUIRE(::chmod((folder / "a.db").c_str(), 0444) == 0);
  const Forked child([&] {
    become_nobody();
    return error_of(folder / "a.db");
  });
  CHECK(says(child.said(), "can't be written: Permission denied"));
}

TEST_CASE("a read-only folder is named, with a database in it and without") {
  const TempDir folder;
  REQUIRE(error_of(folder / "a.db") == none);
  REQUIRE(::chmod((folder / "a.db").c_str(), 0666) == 0);
  REQUIRE(::chmod(folder.path().c_str(), 0555) == 0);
  const Forked with([&] {
    become_nobody();
    return error_of(folder / "a.db");
  });
  CHECK(says(with.said(), "lies in a folder that can't be written: Permission denied"));
  const Forked without([&] {
    become_nobody();
    return error_of(folder / "b.db");
  });
  CHECK(says(without.said(), "can't be made: Permission denied"));
  REQUIRE(::chmod(folder.path().c_str(), 0755) == 0);
}

TEST_CASE("a schema that is too new for this binary is named and not touched") {
  const TempDir folder;
  REQUIRE(error_of(folder / "a.db") == none);
  const auto next = std::to_string(db::migrations().size() + 1);
  REQUIRE(
      open(folder / "a.db", db::OpenMode::read_write)
          .execute("INSERT INTO schema_migrations VALUES (" + next + ", 'later', " + next + ", 0)")
          .has_value());
  CHECK(says(error_of(folder / "a.db"), "has schema version " + next));
  CHECK(says(error_of(folder / "a.db"), "install a newer Rollcall"));
}

TEST_CASE("a damaged database is named") {
  const TempDir folder;
  REQUIRE(error_of(folder / "a.db") == none);
  {
    // All but the header of the first page, which holds the schema.
    std::fstream file(folder / "a.db", std::ios::in | std::ios::out | std::ios::binary);
    file.seekp(100);
    file << std::string(3'900, '\xff');
  }
  CHECK(says(error_of(folder / "a.db"), "is damaged"));
}

TEST_CASE("a full disk is named") {
  const TempDir folder;
  FailingDisk disk;
  disk.fail_writes(ENOSPC);
  CHECK(says(error_of(folder / "a.db"), "the disk is full"));
  disk.heal();
  CHECK(error_of(folder / "a.db") == none);
}

TEST_CASE("a column that the database lacks is named with the statement that needs it") {
  const TempDir folder;
  REQUIRE(error_of(folder / "a.db") == none);
  REQUIRE(open(folder / "a.db", db::OpenMode::read_write)
              .execute("ALTER TABLE users RENAME COLUMN email TO mail")
              .has_value());
  const auto error = error_of(folder / "a.db");
  CHECK(says(error, "statement find_user: "));
  CHECK(says(error, "no such column: email"));
}

TEST_CASE("a column that became another is named with the statement that needs it") {
  const TempDir folder;
  const auto prepare = [&](const std::string& users) {
    std::filesystem::remove(folder / "a.db");
    REQUIRE(error_of(folder / "a.db") == none);
    REQUIRE(
        open(folder / "a.db", db::OpenMode::read_write)
            .execute(
                "DROP TABLE users; CREATE TABLE users (" + users +
                ", name_key TEXT, email TEXT, email_key TEXT, username TEXT, username_key TEXT, "
                "external_id TEXT, active INTEGER NOT NULL, attributes TEXT NOT NULL, "
                "version INTEGER NOT NULL, created_at INTEGER NOT NULL, "
                "updated_at INTEGER NOT NULL) STRICT")
            .has_value());
    return error_of(folder / "a.db");
  };
  CHECK(says(prepare("id INTEGER NOT NULL PRIMARY KEY, name BLOB NOT NULL"),
             "statement find_user: column name: is declared BLOB, TEXT is expected"));
  CHECK(says(prepare("id INTEGER NOT NULL PRIMARY KEY, name TEXT"),
             "statement find_user: column name: may be NULL"));
  CHECK(prepare("id INTEGER NOT NULL PRIMARY KEY, name TEXT NOT NULL") == none);
}

TEST_CASE("a store does not open what lacks the tables") {
  const TempDir folder;
  write_file(folder / "empty.db", "");
  const auto reader = db::SqliteReader::open(folder / "empty.db", 0ms);
  REQUIRE_FALSE(reader.has_value());
  CHECK(reader.error().refused());
  CHECK(says(reader.error().detail, "no such table: users"));
}

}  // namespace
}  // namespace rollcall::tests
