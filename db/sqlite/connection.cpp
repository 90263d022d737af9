#include "db/sqlite/connection.hpp"

#include <sqlite3.h>

namespace rollcall::db {

namespace {

using Clock = std::chrono::steady_clock;

// VM instructions between two calls of the progress handler, which reads the clock: some tens of
// microseconds.
constexpr int progress_interval = 2'000;

constexpr const char* settings_of_all =
    "PRAGMA synchronous = FULL;"
    "PRAGMA cache_size = -8192;"
    "PRAGMA mmap_size = 0;"
    "PRAGMA journal_size_limit = 67108864;"
    "PRAGMA trusted_schema = OFF;"
    "PRAGMA cell_size_check = ON;";

// A scratch database dies with its process, so nothing in it needs a journal or a flush.
constexpr const char* settings_of_scratch =
    "PRAGMA synchronous = OFF;"
    "PRAGMA journal_mode = OFF;"
    "PRAGMA locking_mode = EXCLUSIVE;"
    "PRAGMA cache_size = -8192;";

int open_flags(OpenMode mode) {
  const int shared = SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_EXRESCODE;
  switch (mode) {
    case OpenMode::read_only:
      return shared | SQLITE_OPEN_READONLY;
    case OpenMode::read_write:
      return shared | SQLITE_OPEN_READWRITE;
    case OpenMode::scratch:
      return shared | SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE;
  }
  return shared;
}

// SQLite counts the memory that it uses, under one mutex for all threads, at each allocation;
// nobody reads the count. This works only before the first connection is opened.
void count_no_memory() {
  [[maybe_unused]] static const int code = sqlite3_config(SQLITE_CONFIG_MEMSTATUS, 0);
}

}  // namespace

SqliteConnection::SqliteConnection()
    : limit_end_(std::make_unique<Clock::time_point>(Clock::time_point::max())) {}

void SqliteConnection::Close::operator()(sqlite3* handle) const {
  // Closing may checkpoint; where another program is in the way, whoever opens next does that.
  sqlite3_busy_timeout(handle, 0);
  sqlite3_close_v2(handle);
}

tl::expected<SqliteConnection, SqliteError> SqliteConnection::open(
    const std::filesystem::path& path, OpenMode mode, std::chrono::milliseconds busy_timeout) {
  count_no_memory();
  SqliteConnection connection;
  sqlite3* handle = nullptr;
  const std::string name = mode == OpenMode::scratch ? std::string{} : path.string();
  const int opened = sqlite3_open_v2(name.c_str(), &handle, open_flags(mode), nullptr);
  connection.handle_.reset(handle);  // to be closed also where opening failed
  if (opened != SQLITE_OK) return tl::unexpected(error_of(handle, opened, "opening the database"));
  sqlite3_busy_timeout(handle, static_cast<int>(busy_timeout.count()));
  const auto time_is_up = [](void* end) -> int {
    return Clock::now() >= *static_cast<const Clock::time_point*>(end);
  };
  sqlite3_progress_handler(handle, progress_interval, time_is_up, connection.limit_end_.get());
  if (auto configured = connection.configure(mode); !configured) {
    return tl::unexpected(std::move(configured.error()));
  }
  return connection;
}

tl::expected<void, SqliteError> SqliteConnection::configure(OpenMode mode) const {
  if (mode == OpenMode::scratch) return execute(settings_of_scratch);
  if (auto set = execute(settings_of_all); !set) return set;
  // Opening is lazy: this reads the header and the schema.
  if (auto read = query_text("SELECT count(*) FROM sqlite_schema"); !read) {
    return tl::unexpected(std::move(read.error()));
  }
  if (mode == OpenMode::read_only) return execute("PRAGMA query_only = ON");
  // SQLite opens a file that it may not write as a read-only one, without an error.
  if (sqlite3_db_readonly(handle(), "main") == 1) {
    return tl::unexpected(SqliteError{SQLITE_READONLY, "the file can't be written"});
  }
  return {};
}

tl::expected<void, SqliteError> SqliteConnection::execute(const std::string& sql) const {
  const int code = sqlite3_exec(handle(), sql.c_str(), nullptr, nullptr, nullptr);
  if (code != SQLITE_OK) return tl::unexpected(error_of(handle(), code, sql));
  return {};
}

tl::expected<std::string, SqliteError> SqliteConnection::query_text(const std::string& sql) const {
  std::string text;
  const auto take_first = [](void* into, int columns, char** values, char**) -> int {
    auto& first = *static_cast<std::string*>(into);
    if (columns > 0 && values[0] != nullptr && first.empty()) first = values[0];
    return 0;
  };
  const int code = sqlite3_exec(handle(), sql.c_str(), take_first, &text, nullptr);
  if (code != SQLITE_OK) return tl::unexpected(error_of(handle(), code, sql));
  return text;
}

bool SqliteConnection::in_transaction() const { return sqlite3_get_autocommit(handle()) == 0; }

tl::expected<void, SqliteError> SqliteConnection::check_one_changed() const {
  const int changed = sqlite3_changes(handle());
  if (changed == 1) return {};
  return tl::unexpected(invalid_row_error("a write of one row changed " + std::to_string(changed)));
}

std::int64_t SqliteConnection::inserted_id() const { return sqlite3_last_insert_rowid(handle()); }

tl::expected<void, SqliteError> SqliteConnection::check_in_place() const {
  int moved = 0;
  const int code = sqlite3_file_control(handle(), "main", SQLITE_FCNTL_HAS_MOVED, &moved);
  if (code != SQLITE_OK) return tl::unexpected(error_of(handle(), code, "looking for the file"));
  if (moved == 0) return {};
  return tl::unexpected(
      SqliteError{SQLITE_READONLY_DBMOVED, "the file was moved, deleted or replaced"});
}

tl::expected<void, SqliteError> SqliteConnection::check_pages(std::chrono::milliseconds budget) {
  const auto limited = limit_time(budget);
  const auto said = query_text("PRAGMA quick_check(1)");
  if (!said) return tl::unexpected(said.error());
  if (*said == "ok") return {};
  return tl::unexpected(SqliteError{SQLITE_CORRUPT, *said});
}

SqliteConnection::Limit SqliteConnection::limit_time(std::chrono::nanoseconds budget) {
  *limit_end_ = Clock::now() + budget;
  return Limit(*limit_end_);
}

void SqliteConnection::Limit::lift() {
  if (end_ != nullptr) *end_ = Clock::time_point::max();
}

bool SqliteConnection::time_is_up() const { return Clock::now() >= *limit_end_; }

}  // namespace rollcall::db
