// Whether the write-ahead log beside a SQLite file is that file's own. SQLite itself does not know:
// it plays the log that it finds into the file that it finds.
#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>

#include <tl/expected.hpp>

#include "db/sqlite/connection.hpp"

namespace rollcall::db {

/// The record that pairs log and file. The stamp is a random number in the file's header
/// (application_id). Each checkpoint of the daemon writes a new one, so that an older copy of the
/// file has another stamp. During a checkpoint the file has either `stamp` or `next_stamp`.
struct LogPair {
  std::uint64_t log_salts = 0;  // of the log's header; 0: not known
  std::uint32_t stamp = 0;
  std::uint32_t next_stamp = 0;      // equal to `stamp` where no change is under way
  std::uint32_t schema_version = 0;  // the file's, at its last stamp: it never goes down
};

/// The record in the lock file `<database>.lock`, in text, behind the pid.
std::optional<LogPair> read_pair(const std::filesystem::path& database);

/// Why the database must not be opened: the log beside it is known to belong to another file. There
/// is an error only where the record names this very log (by its salts) and the file's header has
/// none of the recorded stamps, or an older schema. So files that were moved or copied together, or
/// a lock file that is missing or of other files, give no alarm. Not detected: a copy with the
/// stamp of the last checkpoint, put back in its place before the next one.
///
/// To be called before this process opens the database: it opens and closes the file itself, which
/// drops the POSIX locks that SQLite holds on it elsewhere in this process.
tl::expected<void, std::string> check_pair(const std::filesystem::path& database);

/// Updates the record while a connection writes, which must be the only one that does. Blocks for
/// the disk. One thread at a time.
class LogPairing {
 public:
  /// Takes what is recorded. Without a lock file nothing is recorded.
  explicit LogPairing(const std::filesystem::path& database);

  /// Gives the file a new stamp and moves the log into it. `mode` is SQLite's
  /// (SQLITE_CHECKPOINT_...). True where the whole log is in the file; false where another program
  /// reads from the log.
  tl::expected<bool, SqliteError> checkpoint(const SqliteConnection& connection, int mode);

  /// Call it after each commit, with the pages that the log then has. Records a log that was reset
  /// and begun again; checkpoints a log of 1,000 pages or more.
  tl::expected<void, SqliteError> committed(const SqliteConnection& connection, int log_pages);

 private:
  void record() const;
  tl::expected<void, SqliteError> stamp(const SqliteConnection& connection);

  std::filesystem::path database_;
  std::optional<LogPair> pair_;
  int log_pages_ = 0;  // after the commit before
};

}  // namespace rollcall::db
