#include "tests/support/network/descriptor.hpp"

#include <poll.h>

#include <cerrno>
#include <system_error>

namespace rollcall::tests {

bool Descriptor::wait_readable(std::chrono::milliseconds limit) const {
  pollfd watched{.fd = get(), .events = POLLIN, .revents = 0};
  for (;;) {
    const int ready = ::poll(&watched, 1, static_cast<int>(limit.count()));
    if (ready >= 0) return ready > 0;
    if (errno != EINTR) throw std::system_error(errno, std::generic_category(), "poll");
  }
}

}  // namespace rollcall::tests
