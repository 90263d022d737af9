// A disk that fails under SQLite, in this process, when the test says so.
#pragma once

namespace rollcall::tests {

/// While it lives, SQLite's own writes, reads and flushes can be made to fail. Everything works
/// again once it is destroyed. One at a time; the test's thread only.
class FailingDisk {
 public:
  FailingDisk();
  ~FailingDisk();
  FailingDisk(const FailingDisk&) = delete;
  FailingDisk& operator=(const FailingDisk&) = delete;

  /// From now on, until heal(): with this errno (ENOSPC, EIO). The first `good` calls still work.
  void fail_writes(int error, int good = 0);
  void fail_reads(int error);
  void fail_flushes(int error);
  void heal();

  /// How many flushes (fsync, fdatasync) SQLite asked for since this disk was made.
  int flushes() const;
};

}  // namespace rollcall::tests
