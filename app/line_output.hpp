// Lines to a descriptor that never block whoever writes them.
#pragma once

#include <sys/types.h>

#include <cstddef>
#include <string>
#include <string_view>

#include "posix/descriptor.hpp"

namespace rollcall::app {

/// Writes whole lines to a pipe, a socket, a terminal or a file, in order, without ever waiting for
/// a reader. O_NONBLOCK belongs to what other processes share (the shell has the same terminal), so
/// the descriptor itself stays as it is: a pipe or a terminal is opened anew by its name in /proc,
/// without blocking; where that may not be, poll(2) is asked and at most PIPE_BUF bytes are
/// written, which go in at once (pipe(7)) unless another process writes to the same pipe in
/// between; a socket is written with MSG_DONTWAIT. A file is never waited for but by the disk. One
/// thread at a time.
class LineOutput {
 public:
  /// Does not take the descriptor over.
  explicit LineOutput(int descriptor);
  LineOutput(const LineOutput&) = delete;
  LineOutput& operator=(const LineOutput&) = delete;

  /// False where the line was dropped: there is no room, or nobody will read again. A line of which
  /// a part went out keeps its rest here, which goes first at the next call: no line is torn.
  bool write(std::string_view line);
  /// Writes what is kept. False where some is kept still.
  bool settle();

 private:
  enum class Kind { plain, socket, non_blocking, asked };

  ssize_t attempt(const char* data, std::size_t size) const;
  // What could not be written of this.
  std::string_view written_of(std::string_view text);

  posix::Descriptor own_{};  // opened anew here
  int descriptor_;
  Kind kind_;
  bool broken_ = false;  // the last attempt failed, and not for want of room
  std::string rest_{};
};

}  // namespace rollcall::app
