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

/// What all loops buffer for their clients, in bytes, from `loops[].buffered_bytes`.
std::size_t bytes_buffered(std::uint16_t admin_port);

/// The requests that all loops have answered, from `loops[].answered` of the admin's /ready.
int requests_answered(std::uint16_t admin_port);

/// Waits until at least this many requests are in flight; fails the test where there never are.
void wait_for_in_flight(std::uint16_t admin_port, int wanted);

/// Waits until the admin's /ready answers this status; fails the test where it never does.
void wait_for_ready(std::uint16_t admin_port, int status = 200);

/// Whether this part of the daemon is ready, and why it is not (empty where it is), from `parts` of
/// the admin's /ready. Throw where there is no such part.
bool part_ready(std::uint16_t admin_port, const std::string& name);
std::string part_detail(std::uint16_t admin_port, const std::string& name);

/// Waits until the admin's /ready answers 200 and lists every part as ready, also those that a 200
/// does not need; fails the test where it never does.
void wait_for_every_part(std::uint16_t admin_port);

/// Waits until a request on a new connection is answered with 200; fails the test where none is.
void wait_for_accepting(std::uint16_t port);

/// Open connections, each used once: so many that every loop serves at least one. The kernel
/// spreads them by their port numbers, that is at random: fails the test where a loop got none.
std::vector<std::unique_ptr<HttpClient>> connections_on_every_loop(std::uint16_t port,
                                                                   std::uint16_t admin_port,
                                                                   int loops);
inline auto connections_on_every_loop(const DaemonProcess& daemon, int loops) {
  return connections_on_every_loop(daemon.port(), daemon.admin_port(), loops);
}

}  // namespace rollcall::tests
