// What the kernel counts of a TCP connection.
#pragma once

#include <cstdint>

namespace rollcall::tests {

/// How many segments with data have come in on this socket (tcp(7), TCP_INFO). On a loopback each
/// write of a sender that has TCP_NODELAY is one, or more where it is over 64 KiB.
std::uint32_t segments_received(int socket);

}  // namespace rollcall::tests
