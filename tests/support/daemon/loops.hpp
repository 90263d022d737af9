// What the admin listener reports about the loops, and connections spread over all of them.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "tests/support/daemon/daemon_process.hpp"
#include "tests/support/http/client.hpp"

namespace rollcall::tests {

/// The connections open on each loop, from `loops[].connections` of the admin's /ready.
std::vector<int> connections_by_loop(std::uint16_t admin_port);

/// The requests in flight on all loops, from `loops[].in_flight` of the admin's /ready.
int requests_in_flight(std::uint16_t admin_port);

/// Asks until this many requests are in flight; fails the test where there are never so many.
void wait_for_in_flight(std::uint16_t admin_port, int wanted);

/// Asks the admin's /ready, each time a real request, until it answers this status; fails the test
/// where it does not within `patience`.
void wait_for_ready(std::uint16_t admin_port, int status = 200);

/// Whether this part of the daemon is ready, and why it is not: `parts` of the admin's /ready.
bool part_ready(std::uint16_t admin_port, const std::string& name);
std::string part_detail(std::uint16_t admin_port, const std::string& name);

/// Asks the admin's /ready until it answers 200 and every part, also one that is not needed, is
/// ready; fails the test where that never is.
void wait_for_every_part(std::uint16_t admin_port);

/// Asks on new connections until one is answered; fails the test where none is.
void wait_for_accepting(std::uint16_t port);

/// Enough open connections, each used once, that every loop serves some (the kernel spreads them by
/// their port numbers, so that is asserted).
std::vector<std::unique_ptr<HttpClient>> connections_on_every_loop(std::uint16_t port,
                                                                   std::uint16_t admin_port,
                                                                   int loops);
inline auto connections_on_every_loop(const DaemonProcess& daemon, int loops) {
  return connections_on_every_loop(daemon.port(), daemon.admin_port(), loops);
}

}  // namespace rollcall::tests
