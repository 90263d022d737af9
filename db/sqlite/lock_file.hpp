// The lock beside the database file: one process writes it.
#pragma once

#include <filesystem>
#include <string>
#include <utility>

#include <tl/expected.hpp>

#include "posix/descriptor.hpp"

namespace rollcall::db {

/// An exclusive flock(2) on `<database>.lock`, with the holder's pid in it. The kernel drops it
/// when the process ends, however it ends; the file itself stays, since deleting it would let two
/// processes lock two files of one name. Advisory: it binds Rollcall, not other programs. A hard
/// link to the database has another lock.
class LockFile {
 public:
  /// `database` must be absolute and free of symbolic links, so that one file has one lock. The
  /// error names the holder's pid, or why the lock file cannot be created. Does not wait for the
  /// holder, but up to 100 ms for its pid to appear in the file.
  static tl::expected<LockFile, std::string> acquire(const std::filesystem::path& database);

  LockFile(LockFile&&) noexcept = default;
  LockFile& operator=(LockFile&&) noexcept = default;
  ~LockFile();

  /// A note behind the pid in the lock file, of at most `note_bytes`; it outlives the lock. Empty
  /// where there is none. The functions below open the file themselves; only the holder of the lock
  /// may write.
  static constexpr std::size_t note_bytes = 96;
  static std::string note_beside(const std::filesystem::path& database);
  /// Whether there is a lock file, which this process may write.
  static bool exists_beside(const std::filesystem::path& database);
  /// Flushed to the disk. What can't be written leaves a note that is older, or none.
  static void write_note_beside(const std::filesystem::path& database, const std::string& note);

 private:
  explicit LockFile(posix::Descriptor descriptor) : descriptor_(std::move(descriptor)) {}
  posix::Descriptor descriptor_;
};

}  // namespace rollcall::db
