#include "tests/support/sqlite/file.hpp"

#include <sqlite3.h>

#include <stdexcept>

#include "tests/support/network/descriptor.hpp"

namespace rollcall::tests {
namespace {

void require(bool good, sqlite3* handle, const std::string& what) {
  if (!good) throw std::runtime_error(what + ": " + sqlite3_errmsg(handle));
}

}  // namespace

SqliteFile::SqliteFile(const std::filesystem::path& path) {
  const int opened =
      sqlite3_open_v2(path.c_str(), &handle_, SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE, nullptr);
  if (opened != SQLITE_OK) {
    const std::string why = sqlite3_errmsg(handle_);
    sqlite3_close(handle_);
    throw std::runtime_error(path.string() + ": " + why);
  }
  sqlite3_busy_timeout(handle_, static_cast<int>(patience.count()));
}

SqliteFile::~SqliteFile() { sqlite3_close(handle_); }

void SqliteFile::execute(const std::string& sql) {
  require(sqlite3_exec(handle_, sql.c_str(), nullptr, nullptr, nullptr) == SQLITE_OK, handle_, sql);
}

std::int64_t SqliteFile::number(const std::string& sql) {
  sqlite3_stmt* statement = nullptr;
  require(sqlite3_prepare_v2(handle_, sql.c_str(), -1, &statement, nullptr) == SQLITE_OK, handle_,
          sql);
  const bool row = sqlite3_step(statement) == SQLITE_ROW;
  const auto value = row ? sqlite3_column_int64(statement, 0) : 0;
  sqlite3_finalize(statement);
  require(row, handle_, sql);
  return value;
}

}  // namespace rollcall::tests
