#include "app/line_output.hpp"

#include <fcntl.h>
#include <poll.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <climits>

namespace rollcall::app {

LineOutput::LineOutput(int descriptor) : descriptor_(descriptor), kind_(Kind::plain) {
  struct stat status {};
  if (::fstat(descriptor, &status) != 0) return;
  if (S_ISSOCK(status.st_mode)) kind_ = Kind::socket;
  if (!S_ISFIFO(status.st_mode) && !S_ISCHR(status.st_mode)) return;
  const std::string name = "/proc/self/fd/" + std::to_string(descriptor);
  own_ = posix::Descriptor(::open(name.c_str(), O_WRONLY | O_NONBLOCK | O_NOCTTY | O_CLOEXEC));
  kind_ = own_.open() ? Kind::non_blocking : Kind::asked;
  if (own_.open()) descriptor_ = own_.get();
}

bool LineOutput::write(std::string_view line) {
  if (!settle()) return false;
  const auto left = written_of(line);
  if (left.size() == line.size()) return false;
  // After an error other than lack of room, nobody will read the rest.
  if (!broken_) rest_ = left;
  return true;
}

bool LineOutput::settle() {
  if (rest_.empty()) return true;
  const auto left = written_of(rest_).size();
  rest_.erase(0, rest_.size() - left);
  return rest_.empty();
}

std::string_view LineOutput::written_of(std::string_view text) {
  broken_ = false;
  while (!text.empty()) {
    const ssize_t size = attempt(text.data(), text.size());
    if (size < 0 && errno == EINTR) continue;
    if (size <= 0) {
      broken_ = size < 0 && errno != EAGAIN;
      return text;
    }
    text.remove_prefix(static_cast<std::size_t>(size));
  }
  return text;
}

ssize_t LineOutput::attempt(const char* data, std::size_t size) const {
  switch (kind_) {
    case Kind::socket:
      return ::send(descriptor_, data, size, MSG_DONTWAIT | MSG_NOSIGNAL);
    case Kind::asked: {
      pollfd room{descriptor_, POLLOUT, 0};
      if (::poll(&room, 1, 0) > 0) {
        return ::write(descriptor_, data, std::min<std::size_t>(size, PIPE_BUF));
      }
      errno = EAGAIN;
      return -1;
    }
    case Kind::plain:
    case Kind::non_blocking:
      return ::write(descriptor_, data, size);
  }
  return -1;
}

}  // namespace rollcall::app
