// The disk below SQLite in a simulation: the real one, with faults, and without real flushes.
#pragma once

#include <functional>

namespace rollcall::simulator {

/// While it lives, it is SQLite's default VFS (sqlite.org/vfs.html), over the previous one. One at
/// a time; all files that were opened through it must be closed before it ends.
class Disk {
 public:
  Disk();
  Disk(const Disk&) = delete;
  Disk& operator=(const Disk&) = delete;
  ~Disk();

  /// Called before each write, flush and read. True: the call fails; a write fails as on a full
  /// disk or as on a broken one.
  enum class Fault { none, full, broken };
  std::function<Fault()> on_write{};
  std::function<bool()> on_flush{};
  std::function<bool()> on_read{};
};

}  // namespace rollcall::simulator
