// The port of the process, claimed before any listener starts.
#pragma once

#include <cstdint>
#include <string>
#include <utility>

#include <tl/expected.hpp>

#include "posix/descriptor.hpp"

namespace rollcall::http {

/// Holds a port for the listeners of this process, which join it by SO_REUSEPORT. Does not listen.
class PortClaim {
 public:
  /// The port that is bound, also if 0 was asked for.
  std::uint16_t port() const { return port_; }

 private:
  friend tl::expected<PortClaim, std::string> claim_port(const std::string&, std::uint16_t);
  PortClaim(posix::Descriptor socket, std::uint16_t port)
      : socket_(std::move(socket)), port_(port) {}

  posix::Descriptor socket_;
  std::uint16_t port_;
};

/// Claims the port, or one of the kernel's choice for 0. The port is first bound once without
/// SO_REUSEPORT, for with it the kernel would not report another process that listens there. The
/// error names host and port. `host` is an IP address or localhost. Does not block.
tl::expected<PortClaim, std::string> claim_port(const std::string& host, std::uint16_t port);

}  // namespace rollcall::http
