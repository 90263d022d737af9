// Writes lines to a descriptor without blocking.
#pragma once

#include <sys/types.h>

#include <cstddef>
#include <string>
#include <string_view>

#include "posix/descriptor.hpp"

namespace rollcall::app {

/// Writes whole lines to a pipe, a socket, a terminal or a file, in order, without ever waiting for
/// a reader. O_NONBLOCK would apply to other processes too, which share the open file description
/// (the shell has the same terminal), so the descriptor itself is not changed. A pipe or a terminal
/// is opened again by its name in /proc, with O_NONBLOCK. If that is not permitted, poll(2) is
/// asked first, and at most PIPE_BUF bytes are written, which do not block (pipe(7)) unless another
/// process writes to the same pipe in between. A socket is written with MSG_DONTWAIT. A write to a
/// file takes as long as the disk. One thread at a time.
class LineOutput {
 public:
  /// Does not take ownership of the descriptor.
  explicit LineOutput(int descriptor);
  LineOutput(const LineOutput&) = delete;
  LineOutput& operator=(const LineOutput&) = delete;

  /// False if the line was dropped: there is no room, or the descriptor has no reader any more. If
  /// only a part of the line fits, the rest is kept and written first by the next call, so that
  /// lines stay whole.
  bool write(std::string_view line);
  /// Writes the rest that is kept. False if some of it is still kept.
  bool settle();

 private:
  enum class Kind { plain, socket, non_blocking, asked };

  ssize_t attempt(const char* data, std::size_t size) const;
  // Writes the text; returns what could not be written.
  std::string_view written_of(std::string_view text);

  posix::Descriptor own_{};  // opened by this object
  int descriptor_;
  Kind kind_;
  bool broken_ = false;  // the last attempt failed, not for lack of room
  std::string rest_{};
};

}  // namespace rollcall::app
