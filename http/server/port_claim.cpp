#include "http/server/port_claim.hpp"

#include <sys/socket.h>
#include <unistd.h>

#include <cerrno>
#include <optional>
#include <system_error>

#include <asio/ip/tcp.hpp>

#include "http/server/address.hpp"

namespace rollcall::http {

namespace {

using Endpoint = asio::ip::tcp::endpoint;

std::string fault(const std::string& host, std::uint16_t port, int error) {
  return host + ":" + std::to_string(port) + ": " +
         std::error_code(error, std::system_category()).message();
}

// A socket bound to the endpoint, or -errno.
int bound(const Endpoint& endpoint, bool share) {
  int descriptor = ::socket(endpoint.protocol().family(), SOCK_STREAM | SOCK_CLOEXEC, 0);
  if (descriptor < 0) return -errno;
  int on = 1;
  // So that connections of an earlier run that linger in TIME_WAIT do not matter.
  bool failed = ::setsockopt(descriptor, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on) != 0;
  if (share && !failed) {
    failed = ::setsockopt(descriptor, SOL_SOCKET, SO_REUSEPORT, &on, sizeof on) != 0;
  }
  if (!failed) {
    auto size = static_cast<socklen_t>(endpoint.size());
    failed = ::bind(descriptor, endpoint.data(), size) != 0;
  }
  if (!failed) return descriptor;
  int error = errno;
  ::close(descriptor);
  return -error;
}

std::optional<std::uint16_t> port_of(int descriptor) {
  Endpoint endpoint;
  auto size = static_cast<socklen_t>(endpoint.capacity());
  if (::getsockname(descriptor, endpoint.data(), &size) != 0) return std::nullopt;
  endpoint.resize(size);
  return endpoint.port();
}

}  // namespace

PortClaim::~PortClaim() {
  if (descriptor_ >= 0) ::close(descriptor_);
}

tl::expected<PortClaim, std::string> claim_port(const std::string& host, std::uint16_t port) {
  auto address = parse_address(host);
  if (!address) return tl::unexpected(address.error());
  Endpoint endpoint(*address, port);
  if (port != 0) {
    int probe = bound(endpoint, false);
    if (probe < 0) return tl::unexpected(fault(host, port, -probe));
    ::close(probe);
  }
  int descriptor = bound(endpoint, true);
  if (descriptor < 0) return tl::unexpected(fault(host, port, -descriptor));
  auto claimed = port_of(descriptor);
  if (!claimed) {
    int error = errno;
    ::close(descriptor);
    return tl::unexpected(fault(host, port, error));
  }
  return PortClaim(descriptor, *claimed);
}

}  // namespace rollcall::http
