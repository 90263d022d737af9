#include "tests/support/sqlite/failing_disk.hpp"

#include <sqlite3.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <stdexcept>

namespace {

struct Faults {
  int write = 0;  // an errno, 0: works
  int good_writes = 0;
  int read = 0;
  int flush = 0;
  int flushes = 0;
};
Faults& faults() {
  static Faults all;
  return all;
}

bool refuses(int error) {
  if (error != 0) errno = error;
  return error != 0;
}

ssize_t write_or_fail(int file, const void* data, size_t size, off_t offset) {
  if (faults().write != 0 && faults().good_writes > 0) {
    --faults().good_writes;
  } else if (refuses(faults().write)) {
    return -1;
  }
  return ::pwrite(file, data, size, offset);
}

ssize_t read_or_fail(int file, void* data, size_t size, off_t offset) {
  return refuses(faults().read) ? -1 : ::pread(file, data, size, offset);
}

int flush_or_fail(long call, int file) {
  ++faults().flushes;
  return refuses(faults().flush) ? -1 : static_cast<int>(::syscall(call, file));
}

struct Override {
  const char* call;
  sqlite3_syscall_ptr instead;
};
const std::array overrides{
    Override{"pwrite", reinterpret_cast<sqlite3_syscall_ptr>(write_or_fail)},
    Override{"pwrite64", reinterpret_cast<sqlite3_syscall_ptr>(write_or_fail)},
    Override{"pread", reinterpret_cast<sqlite3_syscall_ptr>(read_or_fail)},
    Override{"pread64", reinterpret_cast<sqlite3_syscall_ptr>(read_or_fail)},
};

}  // namespace

// SQLite has no hook for flushes. The program's symbols take precedence over those of libc, also
// for libsqlite3, so SQLite calls these two.
// NOLINTNEXTLINE(readability-inconsistent-declaration-parameter-name)
extern "C" int fsync(int file) { return flush_or_fail(SYS_fsync, file); }
// NOLINTNEXTLINE(readability-inconsistent-declaration-parameter-name)
extern "C" int fdatasync(int file) { return flush_or_fail(SYS_fdatasync, file); }

namespace rollcall::tests {

FailingDisk::FailingDisk() {
  faults() = {};
  sqlite3_vfs* vfs = sqlite3_vfs_find(nullptr);
  int replaced = 0;
  for (const Override& given : overrides) {
    if (vfs->xSetSystemCall(vfs, given.call, given.instead) == SQLITE_OK) ++replaced;
  }
  if (replaced < 2) throw std::runtime_error("SQLite's system calls can't be replaced");
}

FailingDisk::~FailingDisk() {
  sqlite3_vfs* vfs = sqlite3_vfs_find(nullptr);
  for (const Override& given : overrides) vfs->xSetSystemCall(vfs, given.call, nullptr);
  faults() = {};
}

void FailingDisk::fail_writes(int error, int good) {
  faults().write = error;
  faults().good_writes = good;
}

void FailingDisk::fail_reads(int error) { faults().read = error; }

void FailingDisk::fail_flushes(int error) { faults().flush = error; }

void FailingDisk::heal() {
  faults().write = 0;
  faults().good_writes = 0;
  faults().read = 0;
  faults().flush = 0;
}

int FailingDisk::flushes() const { return faults().flushes; }

}  // namespace rollcall::tests
