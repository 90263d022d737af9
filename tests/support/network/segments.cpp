#include "tests/support/network/segments.hpp"

#include <linux/tcp.h>  // netinet/tcp.h has an older tcp_info, and does not bear this one beside it
#include <netinet/in.h>
#include <sys/socket.h>

#include <cerrno>
#include <system_error>

namespace rollcall::tests {

std::uint32_t segments_received(int socket) {
  tcp_info info{};
  socklen_t size = sizeof info;
  if (::getsockopt(socket, IPPROTO_TCP, TCP_INFO, &info, &size) != 0) {
    throw std::system_error(errno, std::generic_category(), "getsockopt(TCP_INFO)");
  }
  return info.tcpi_data_segs_in;
}

}  // namespace rollcall::tests
