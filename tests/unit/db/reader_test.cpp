// Reading within a time limit, and that a reader leaves no snapshot open.
#include "db/sqlite/reader.hpp"

#include "db/sqlite/database.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/sample_users.hpp"
#include "tests/support/temp_dir.hpp"

namespace rollcall::tests {
namespace {

using namespace std::chrono_literals;
using db::SqliteConnection;
using db::SqliteReader;

class Library {
 public:
  Library() {
    auto prepared = db::SqliteDatabase::prepare(path_);
    REQUIRE(prepared.has_value());
    execute(
        "INSERT INTO users (name, version, created_at, updated_at) VALUES ('Ada', 1, 0, 0), "
        "('Bob', 1, 0, 0), ('Cyd', 1, 0, 0)");
    auto opened = SqliteReader::open(path_, 0ms);
    REQUIRE(opened.has_value());
    reader_.emplace(std::move(*opened));
  }

  SqliteReader& reader() { return *reader_; }
  SqliteConnection connect() const {
    auto connection = SqliteConnection::open(path_, db::OpenMode::read_write, 0ms);
    REQUIRE(connection.has_value());
    return std::move(*connection);
  }
  void execute(const std::string& sql) const { REQUIRE(connect().execute(sql).has_value()); }
  const std::filesystem::path& path() const { return path_; }

 private:
  TempDir folder_;
  std::filesystem::path path_ = folder_ / "a.db";
  std::optional<SqliteReader> reader_;
};

const std::vector<UserId>& three() {
  static const std::vector<UserId> ids{user_id(1), user_id(2), user_id(3)};
  return ids;
}

TEST_CASE("reads whose deadline has passed are not run") {
  Library library;
  const auto found = library.reader().find(three(), 0ns);
  REQUIRE_FALSE(found.has_value());
  CHECK(found.error().interrupted());
  CHECK(library.reader().page({.limit = 10}, 0ns).error().interrupted());
  CHECK(library.reader().probe(0ns).error().interrupted());
  CHECK(library.reader().find(three(), 1s).value().size() == 3);
}

TEST_CASE("a statement that runs too long is interrupted, and the next one runs") {
  Library library;
  auto connection = library.connect();
  {
    const auto limited = connection.limit_time(1ms);
    const auto endless = connection.execute(
        "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT max(i) FROM n");
    REQUIRE_FALSE(endless.has_value());
    CHECK(endless.error().interrupted());
  }
  CHECK(connection.execute("SELECT count(name) FROM users").has_value());
}

TEST_CASE("a reader holds no snapshot between its reads") {
  Library library;
  REQUIRE(library.reader().find(three(), 1s).has_value());
  REQUIRE(library.reader().page({.limit = 1}, 1s).has_value());  // ends before the last row
  REQUIRE(library.reader().probe(1s).has_value());
  CHECK_FALSE(library.reader().find(three(), 0ns).has_value());
  library.execute("UPDATE users SET name = 'Zoe'");
  CHECK(library.reader().find(three(), 1s).value()[0]->name == user_name("Zoe"));
  // A snapshot that was still held would keep the log from being reset: "busy" would be 1.
  CHECK(*library.connect().query_text("PRAGMA wal_checkpoint(TRUNCATE)") == "0");
}

TEST_CASE("a row that another program corrupted is an error, not an absent user") {
  Library library;
  library.execute("UPDATE users SET email = 'no address', email_key = 'x' WHERE id = 2");
  const auto found = library.reader().find(three(), 1s);
  REQUIRE_FALSE(found.has_value());
  CHECK(found.error().invalid_row());
  CHECK(found.error().detail.find("user 2") != std::string::npos);
  CHECK(db::client_error(found.error()).code == ErrorCode::internal);
  CHECK(library.reader().find(std::vector{user_id(1)}, 1s).has_value());
}

TEST_CASE("a file that was replaced is not read any more") {
  Library library;
  std::filesystem::rename(library.path(), library.path().string() + ".old");
  write_file(library.path(), "");
  CHECK(library.reader().find(three(), 1s).error().connection_lost());
  CHECK(library.reader().page({.limit = 1}, 1s).error().connection_lost());
  CHECK(library.reader().probe(1s).error().connection_lost());
}

}  // namespace
}  // namespace rollcall::tests
