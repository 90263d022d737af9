// The port of the process, claimed before any listener starts.
#pragma once

#include <cstdint>
#include <string>
#include <utility>

#include <tl/expected.hpp>

namespace rollcall::http {

/// Holds a port for the listeners of this process, which join it by SO_REUSEPORT. Does not listen.
class PortClaim {
 public:
  PortClaim(PortClaim&& other) noexcept
      : descriptor_(std::exchange(other.descriptor_, -1)), port_(other.port_) {}
  PortClaim& operator=(PortClaim&&) = delete;
  ~PortClaim();

  /// The real one, also where 0 was asked for.
  std::uint16_t port() const { return port_; }

 private:
  friend tl::expected<PortClaim, std::string> claim_port(const std::string&, std::uint16_t);
  PortClaim(int descriptor, std::uint16_t port) : descriptor_(descriptor), port_(port) {}

  int descriptor_;
  std::uint16_t port_;
};

/// Claims the port, or one of the kernel's choice for 0. The port is first bound once without
/// SO_REUSEPORT, for with it the kernel would not say that somebody else listens there. The error
/// names host and port. `host` is an IP address or localhost. Does not block.
tl::expected<PortClaim, std::string> claim_port(const std::string& host, std::uint16_t port);

}  // namespace rollcall::http
