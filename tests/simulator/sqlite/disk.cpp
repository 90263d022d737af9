#include "tests/simulator/sqlite/disk.hpp"

#include <stdexcept>

#include <sqlite3.h>

namespace rollcall::simulator {

namespace {

sqlite3_vfs* machine = nullptr;  // the VFS below
Disk* disk = nullptr;

/// A file as SQLite sees it; the file of the VFS below follows it in memory.
struct File {
  sqlite3_file base;
  sqlite3_file* below() { return reinterpret_cast<sqlite3_file*>(this + 1); }
};

sqlite3_file* below(sqlite3_file* file) { return reinterpret_cast<File*>(file)->below(); }

int close(sqlite3_file* file) { return below(file)->pMethods->xClose(below(file)); }

int read(sqlite3_file* file, void* to, int size, sqlite3_int64 at) {
  if (disk->on_read && disk->on_read()) return SQLITE_IOERR_READ;
  return below(file)->pMethods->xRead(below(file), to, size, at);
}

int write(sqlite3_file* file, const void* from, int size, sqlite3_int64 at) {
  const auto fault = disk->on_write ? disk->on_write() : Disk::Fault::none;
  if (fault == Disk::Fault::full) return SQLITE_FULL;
  if (fault == Disk::Fault::broken) return SQLITE_IOERR_WRITE;
  return below(file)->pMethods->xWrite(below(file), from, size, at);
}

int flush(sqlite3_file*, int) {
  return disk->on_flush && disk->on_flush() ? SQLITE_IOERR_FSYNC : SQLITE_OK;
}

int truncate(sqlite3_file* file, sqlite3_int64 size) {
  return below(file)->pMethods->xTruncate(below(file), size);
}
int size(sqlite3_file* file, sqlite3_int64* size) {
  return below(file)->pMethods->xFileSize(below(file), size);
}
int lock(sqlite3_file* file, int kind) { return below(file)->pMethods->xLock(below(file), kind); }
int unlock(sqlite3_file* file, int kind) {
  return below(file)->pMethods->xUnlock(below(file), kind);
}
int is_reserved(sqlite3_file* file, int* out) {
  return below(file)->pMethods->xCheckReservedLock(below(file), out);
}
int control(sqlite3_file* file, int what, void* argument) {
  return below(file)->pMethods->xFileControl(below(file), what, argument);
}
int sector(sqlite3_file* file) { return below(file)->pMethods->xSectorSize(below(file)); }
int traits(sqlite3_file* file) {
  return below(file)->pMethods->xDeviceCharacteristics(below(file));
}
int map(sqlite3_file* file, int page, int size, int extend, void volatile** out) {
  return below(file)->pMethods->xShmMap(below(file), page, size, extend, out);
}
int lock_map(sqlite3_file* file, int offset, int count, int flags) {
  return below(file)->pMethods->xShmLock(below(file), offset, count, flags);
}
void barrier(sqlite3_file* file) { below(file)->pMethods->xShmBarrier(below(file)); }
int unmap(sqlite3_file* file, int remove) {
  return below(file)->pMethods->xShmUnmap(below(file), remove);
}

// Version 2: with what SQLite needs for a write-ahead log, without memory-mapped files.
constexpr sqlite3_io_methods methods{
    2,       close,  read,   write, truncate, flush,   size,  lock,    unlock, is_reserved,
    control, sector, traits, map,   lock_map, barrier, unmap, nullptr, nullptr};

int open(sqlite3_vfs*, const char* name, sqlite3_file* file, int flags, int* out) {
  const int opened = machine->xOpen(machine, name, below(file), flags, out);
  file->pMethods = below(file)->pMethods != nullptr ? &methods : nullptr;
  return opened;
}

sqlite3_vfs& simulated() {
  static sqlite3_vfs vfs = [] {
    machine = sqlite3_vfs_find(nullptr);
    if (machine == nullptr) throw std::runtime_error("SQLite has no VFS");
    sqlite3_vfs ours = *machine;  // its functions ignore the VFS that they are called with
    ours.szOsFile = static_cast<int>(sizeof(File)) + machine->szOsFile;
    ours.zName = "simulation";
    ours.pNext = nullptr;
    ours.xOpen = open;
    return ours;
  }();
  return vfs;
}

}  // namespace

Disk::Disk() {
  disk = this;
  sqlite3_vfs_register(&simulated(), 1);
}

Disk::~Disk() {
  sqlite3_vfs_register(machine, 1);
  sqlite3_vfs_unregister(&simulated());
  disk = nullptr;
}

}  // namespace rollcall::simulator
