// Makes the disk fail under SQLite, in this process.
#pragma once

namespace rollcall::tests {

/// While it lives, SQLite's own writes, reads and flushes can be made to fail; the destructor ends
/// that. One at a time; for the test's own thread.
class FailingDisk {
 public:
  FailingDisk();
  ~FailingDisk();
  FailingDisk(const FailingDisk&) = delete;
  FailingDisk& operator=(const FailingDisk&) = delete;

  /// From now on until heal() these calls fail with this errno (ENOSPC, EIO). The first `good`
  /// writes still succeed.
  void fail_writes(int error, int good = 0);
  void fail_reads(int error);
  void fail_flushes(int error);
  void heal();

  /// How many flushes (fsync, fdatasync) SQLite asked for since this disk was made.
  int flushes() const;
};

}  // namespace rollcall::tests
