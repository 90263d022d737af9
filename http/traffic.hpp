// What the HTTP side of one loop counts.
#pragma once

#include <cstddef>
#include <cstdint>

namespace rollcall::http {

/// Shared by the listener, the gateway and the connections of one loop, and outlives each of them
/// (both actors may be restarted, connections go on). Used on the loop's thread only.
struct Traffic {
  std::size_t connections = 0;  // open now
  std::size_t in_flight = 0;    // requests with the gateway, or on their way to it
  std::size_t unsent = 0;       // responses that are not yet written to their sockets
  std::uint64_t answered = 0;   // responses since the start
  bool draining = false;        // new requests are refused
};

}  // namespace rollcall::http
