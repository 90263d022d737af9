// One connection to a SQLite database, closed with the object.
#pragma once

#include <chrono>
#include <cstdint>
#include <filesystem>
#include <memory>
#include <string>
#include <utility>

#include <tl/expected.hpp>

#include "db/sqlite/error.hpp"

struct sqlite3;

namespace rollcall::db {

/// How long a store may check a file that is known to be damaged, with check_pages().
constexpr std::chrono::milliseconds damage_search{4'000};

enum class OpenMode {
  read_only,   // the file must exist; nothing is ever written through this connection
  read_write,  // the file must exist
  scratch,     // a private temporary database, whatever the path; gone with the connection
};

/// How long start-up and commands wait for SQLite's own lock: a backup may hold it for a moment.
inline constexpr std::chrono::milliseconds lock_wait{5'000};

/// Has no mutex (SQLITE_OPEN_NOMUTEX): one thread at a time. Every call blocks for as long as the
/// disk does. Statements prepared on it must be destroyed before it.
///
/// Memory-mapped reading is off: there a disk that fails is a SIGBUS, not an error.
class SqliteConnection {
 public:
  /// Opens the file, applies the settings of the connection (synchronous=FULL, a page cache of 8
  /// MiB, a wait of at most `busy_timeout` for another program's lock) and reads the schema, so
  /// that a file that is no database is found here. Creates no file. A scratch database has no
  /// journal and no flush.
  static tl::expected<SqliteConnection, SqliteError> open(const std::filesystem::path& path,
                                                          OpenMode mode,
                                                          std::chrono::milliseconds busy_timeout);

  SqliteConnection(SqliteConnection&&) noexcept = default;
  SqliteConnection& operator=(SqliteConnection&&) noexcept = default;

  /// Runs one or more statements without parameters and drops their rows.
  tl::expected<void, SqliteError> execute(const std::string& sql) const;
  /// The first column of the first row as text; empty where there is no row.
  tl::expected<std::string, SqliteError> query_text(const std::string& sql) const;

  /// Whether a transaction is open. After an error this alone tells whether SQLite rolled the
  /// transaction back by itself (sqlite.org/c3ref/get_autocommit.html).
  bool in_transaction() const;

  /// An error where the last INSERT, UPDATE or DELETE did not change one row (without those that
  /// its triggers changed): a trigger of another program may ignore a row, which is no error.
  tl::expected<void, SqliteError> check_one_changed() const;
  /// The id of the last row that was inserted, by a statement that succeeded and not by a trigger.
  std::int64_t inserted_id() const;

  /// An error where the file at the path is no longer the one that was opened: moved, deleted or
  /// replaced. SQLite with a write-ahead log would go on with the file that nobody can open again.
  tl::expected<void, SqliteError> check_in_place() const;

  /// Checks every page of the main database (PRAGMA quick_check) for at most `budget`.
  /// SQLITE_CORRUPT names the first damage; SQLITE_INTERRUPT: the time was too short. Blocks.
  tl::expected<void, SqliteError> check_pages(std::chrono::milliseconds budget);

  /// Statements are interrupted once this much real time has passed, until the limit is lifted or
  /// destroyed. Lift it before COMMIT: SQLite may look at the clock after it has committed, and
  /// would then report a failure. One limit at a time.
  class Limit {
   public:
    explicit Limit(std::chrono::steady_clock::time_point& end) : end_(&end) {}
    Limit(Limit&& other) noexcept : end_(std::exchange(other.end_, nullptr)) {}
    Limit& operator=(Limit&&) = delete;
    ~Limit() { lift(); }
    void lift();

   private:
    std::chrono::steady_clock::time_point* end_;
  };
  [[nodiscard]] Limit limit_time(std::chrono::nanoseconds budget);
  /// Whether the limit has passed.
  bool time_is_up() const;

  sqlite3* handle() const { return handle_.get(); }

 private:
  struct Close {
    void operator()(sqlite3* handle) const;
  };
  SqliteConnection();
  tl::expected<void, SqliteError> configure(OpenMode mode) const;

  // On the heap, since SQLite and the limit keep its address.
  std::unique_ptr<std::chrono::steady_clock::time_point> limit_end_;
  std::unique_ptr<sqlite3, Close> handle_;
};

}  // namespace rollcall::db
