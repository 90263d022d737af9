// What the kernel counts of a TCP connection.
#pragma once

#include <cstdint>

namespace rollcall::tests {

/// How many segments with data this socket has received (tcp(7), TCP_INFO). On loopback each write
/// of a sender with TCP_NODELAY is one segment, or several where it is larger than 64 KiB.
std::uint32_t segments_received(int socket);

}  // namespace rollcall::tests
