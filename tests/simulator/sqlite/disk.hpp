// The disk below SQLite in a simulation: the machine's own, with faults, and without waiting for
// it to flush.
#pragma once

#include <functional>

namespace rollcall::simulator {

/// SQLite's default VFS (sqlite.org/vfs.html) as long as it lives: hands everything on to the one
/// before. One at a time; all files that were opened through it must be closed before it ends.
class Disk {
 public:
  Disk();
  Disk(const Disk&) = delete;
  Disk& operator=(const Disk&) = delete;
  ~Disk();

  /// Asked before each write, flush and read; true: it fails, a write as on a full disk or as on a
  /// broken one.
  enum class Fault { none, full, broken };
  std::function<Fault()> on_write{};
  std::function<bool()> on_flush{};
  std::function<bool()> on_read{};
};

}  // namespace rollcall::simulator
