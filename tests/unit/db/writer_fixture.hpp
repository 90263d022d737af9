// A SQLite file with a writer, and triggers that make writes fail.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "db/sqlite/database.hpp"
#include "db/sqlite/reader.hpp"
#include "db/sqlite/writer.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/sample_users.hpp"
#include "tests/support/temp_dir.hpp"

namespace rollcall::tests {

/// A prepared database with a writer on it.
class WriterFixture {
 public:
  static constexpr std::chrono::milliseconds timeout{50};

  WriterFixture() {
    auto prepared = db::SqliteDatabase::prepare(path_);
    REQUIRE(prepared.has_value());
    reopen();
  }

  void reopen() {
    writer_.reset();
    auto opened = db::SqliteWriter::open(path_, timeout);
    REQUIRE(opened.has_value());
    writer_.emplace(std::move(*opened));
  }
  db::GroupOutcome apply(
      const std::vector<Change>& changes,
      const std::function<bool(std::size_t)>& expired = [](std::size_t) { return false; }) {
    std::vector<const Change*> pointers;
    for (const Change& change : changes) pointers.push_back(&change);
    return writer_->apply_group(pointers, expired, at_ms(1'000));
  }
  /// A connection as of another program.
  db::SqliteConnection connect() const {
    auto connection =
        db::SqliteConnection::open(path_, db::OpenMode::read_write, std::chrono::milliseconds{0});
    REQUIRE(connection.has_value());
    return std::move(*connection);
  }
  void execute(const std::string& sql) const { REQUIRE(connect().execute(sql).has_value()); }
  std::string text(const std::string& query) const {
    const auto text = connect().query_text(query);
    REQUIRE(text.has_value());
    return *text;
  }
  std::string names() const {
    return text(
        "SELECT coalesce(group_concat(name), 'nobody') FROM (SELECT name FROM users ORDER BY id)");
  }
  db::SqliteWriter& writer() { return *writer_; }
  const std::filesystem::path& path() const { return path_; }

 private:
  TempDir folder_;
  std::filesystem::path path_ = folder_ / "a.db";
  std::optional<db::SqliteWriter> writer_;
};

/// A word for each result.
inline std::string codes(const db::GroupOutcome& outcome) {
  std::string text;
  for (const ChangeResult& result : outcome.results) {
    if (!text.empty()) text += ' ';
    if (result) {
      text += "done";
    } else if (result.error().code == ErrorCode::storage_unavailable) {
      text += "unavailable";
    } else if (result.error().code == ErrorCode::outcome_unknown) {
      text += "unknown";
    } else if (result.error().code == ErrorCode::deadline_exceeded) {
      text += "late";
    } else if (result.error().code == ErrorCode::email_taken) {
      text += "taken";
    } else if (result.error().code == ErrorCode::user_not_found) {
      text += "missing";
    } else {
      text += "other";
    }
  }
  return text;
}

/// Makes statements that set this name fail inside SQLite, as where memory or disk space runs out.
inline void plant_failure(const WriterFixture& fixture, const std::string& name,
                          const std::string& how) {
  for (const char* event : {"INSERT", "UPDATE"}) {
    fixture.execute(std::string("CREATE TRIGGER on_") + event + " AFTER " + event +
                    " ON users WHEN NEW.name = '" + name + "' BEGIN SELECT " + how + "; END");
  }
}

inline constexpr const char* for_ever =
    "(WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT max(i) FROM n)";

}  // namespace rollcall::tests
