#include "http/server/port_claim.hpp"

#include <sys/socket.h>

#include <cerrno>
#include <optional>
#include <system_error>

#include <asio/ip/tcp.hpp>

#include "http/server/address.hpp"

namespace rollcall::http {

namespace {

using Endpoint = asio::ip::tcp::endpoint;

std::string failed_claim(const std::string& host, std::uint16_t port, int error) {
  return host + ":" + std::to_string(port) + ": " +
         std::error_code(error, std::system_category()).message();
}

// A socket bound to the endpoint, or errno.
tl::expected<posix::Descriptor, int> bound(const Endpoint& endpoint, bool share) {
  posix::Descriptor socket(::socket(endpoint.protocol().family(), SOCK_STREAM | SOCK_CLOEXEC, 0));
  const int on = 1;
  // So that bind succeeds while connections of an earlier run are in TIME_WAIT.
  bool good =
      socket.open() && ::setsockopt(socket.get(), SOL_SOCKET, SO_REUSEADDR, &on, sizeof on) == 0;
  if (good && share) {
    good = ::setsockopt(socket.get(), SOL_SOCKET, SO_REUSEPORT, &on, sizeof on) == 0;
  }
  good =
      good && ::bind(socket.get(), endpoint.data(), static_cast<socklen_t>(endpoint.size())) == 0;
  if (!good) return tl::unexpected(errno);
  return socket;
}

std::optional<std::uint16_t> port_of(int descriptor) {
  Endpoint endpoint;
  auto size = static_cast<socklen_t>(endpoint.capacity());
  if (::getsockname(descriptor, endpoint.data(), &size) != 0) return std::nullopt;
  endpoint.resize(size);
  return endpoint.port();
}

}  // namespace

tl::expected<PortClaim, std::string> claim_port(const std::string& host, std::uint16_t port) {
  auto address = parse_address(host);
  if (!address) return tl::unexpected(address.error());
  Endpoint endpoint(*address, port);
  if (port != 0) {
    const auto probe = bound(endpoint, false);
    if (!probe) return tl::unexpected(failed_claim(host, port, probe.error()));
  }
  auto socket = bound(endpoint, true);
  if (!socket) return tl::unexpected(failed_claim(host, port, socket.error()));
  const auto claimed = port_of(socket->get());
  if (!claimed) return tl::unexpected(failed_claim(host, port, errno));
  return PortClaim(std::move(*socket), *claimed);
}

}  // namespace rollcall::http
