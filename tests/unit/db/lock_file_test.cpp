// Only one process at a time may use a database.
#include <unistd.h>

#include "db/sqlite/database.hpp"
#include "db/sqlite/importer.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/daemon/forked.hpp"
#include "tests/support/temp_dir.hpp"

namespace rollcall::tests {
namespace {

using db::SqliteDatabase;

// A process that has prepared the database and holds it.
class Holder {
 public:
  explicit Holder(const std::filesystem::path& path)
      : child_([&] {
          auto prepared = SqliteDatabase::prepare(path);
          if (!prepared) return prepared.error();
          // Static, since the child lives until a signal ends it.
          static SqliteDatabase held = std::move(*prepared);
          return std::string("held");
        }) {
    REQUIRE(child_.said() == "held");
  }

  void kill() { child_.kill(); }
  std::string rejection() const { return "is in use by process " + std::to_string(child_.pid()); }

 private:
  Forked child_;
};

TEST_CASE("a second process is refused with the pid of the first") {
  const TempDir folder;
  const Holder holder(folder / "a.db");
  const auto prepared = SqliteDatabase::prepare(folder / "a.db");
  REQUIRE_FALSE(prepared.has_value());
  INFO(prepared.error());
  CHECK(prepared.error().find(holder.rejection()) != std::string::npos);
  CHECK(prepared.error().find((folder / "a.db").string()) != std::string::npos);
}

TEST_CASE("an import is refused beside a process that holds the database") {
  const TempDir folder;
  const Holder holder(folder / "a.db");
  const auto importer = db::SqliteImporter::open(folder / "a.db");
  REQUIRE_FALSE(importer.has_value());
  CHECK(importer.error().find(holder.rejection()) != std::string::npos);
}

TEST_CASE("the lock of a killed process is free") {
  const TempDir folder;
  Holder holder(folder / "a.db");
  holder.kill();
  CHECK(SqliteDatabase::prepare(folder / "a.db").has_value());
}

TEST_CASE("one file has one lock, whatever path leads to it") {
  const TempDir folder;
  std::filesystem::create_directory(folder / "real");
  std::filesystem::create_directory_symlink(folder / "real", folder / "folder-link");
  const Holder holder(folder / "real/a.db");
  std::filesystem::create_symlink(folder / "real/a.db", folder / "link.db");
  for (const char* path : {"link.db", "folder-link/a.db", "real/../real/a.db"}) {
    const auto prepared = SqliteDatabase::prepare(folder / path);
    REQUIRE_FALSE(prepared.has_value());
    CHECK(prepared.error().find(holder.rejection()) != std::string::npos);
  }
}

TEST_CASE("a link to a file that does not exist yet leads to its lock too") {
  const TempDir folder;
  std::filesystem::create_symlink("a.db", folder / "link.db");
  const Holder holder(folder / "link.db");
  const auto prepared = SqliteDatabase::prepare(folder / "a.db");
  REQUIRE_FALSE(prepared.has_value());
  CHECK(prepared.error().find(holder.rejection()) != std::string::npos);
}

TEST_CASE("two databases of one folder do not exclude each other") {
  const TempDir folder;
  const Holder holder(folder / "a.db");
  CHECK(SqliteDatabase::prepare(folder / "b.db").has_value());
}

TEST_CASE("the lock is held once in a process too, and free when its holder is destroyed") {
  const TempDir folder;
  {
    const auto first = SqliteDatabase::prepare(folder / "a.db");
    REQUIRE(first.has_value());
    const auto second = SqliteDatabase::prepare(folder / "a.db");
    REQUIRE_FALSE(second.has_value());
    CHECK(second.error().find(std::to_string(::getpid())) != std::string::npos);
    CHECK_FALSE(SqliteDatabase::prepare(folder / "a.db").has_value());
  }
  CHECK(SqliteDatabase::prepare(folder / "a.db").has_value());
}

}  // namespace
}  // namespace rollcall::tests
