// Access to a SQLite file as by a program other than Rollcall.
#pragma once

#include <cstdint>
#include <filesystem>
#include <string>

struct sqlite3;

namespace rollcall::tests {

/// Opens or creates the file. Every error is an exception, which fails the test.
class SqliteFile {
 public:
  explicit SqliteFile(const std::filesystem::path& path);
  ~SqliteFile();
  SqliteFile(const SqliteFile&) = delete;
  SqliteFile& operator=(const SqliteFile&) = delete;

  void execute(const std::string& sql);
  /// The first column of the first row.
  std::int64_t number(const std::string& sql);

 private:
  sqlite3* handle_ = nullptr;
};

/// Holds SQLite's write lock on the file while it lives: writes of others wait, reads do not.
class WritesHeldUp {
 public:
  explicit WritesHeldUp(const std::filesystem::path& path) : file_(path) {
    file_.execute("BEGIN IMMEDIATE");
  }

 private:
  SqliteFile file_;  // closing rolls back
};

}  // namespace rollcall::tests
