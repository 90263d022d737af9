#include "http/server/listener.hpp"

#include <sys/socket.h>

#include <cerrno>
#include <utility>

#include <spdlog/spdlog.h>

#include "http/server/address.hpp"

namespace rollcall::http {

namespace {

// An accept fails for lack of descriptors or memory, which others release in time, or because the
// client has closed the connection. So it is tried again, after this.
constexpr std::chrono::milliseconds retry_delay{50};

// Each loop has a socket of its own at the port.
void share_port(int socket) {
  const int on = 1;
  if (::setsockopt(socket, SOL_SOCKET, SO_REUSEPORT, &on, sizeof(on)) != 0) {
    throw std::system_error(errno, std::system_category(), "SO_REUSEPORT");
  }
}

}  // namespace

Listener::Listener(Self& self, ListenerOptions options, std::shared_ptr<LoopState> state,
                   std::shared_ptr<RequestHandler> handler)
    : self_(self),
      options_(std::move(options)),
      log_(actors::schedule_of(self)),
      connections_(self.loop(), options_.connections, std::move(state), options_.connection_count,
                   std::move(handler)),
      acceptor_(self.loop().io()) {
  auto address = parse_address(options_.host);
  if (!address) throw std::invalid_argument(address.error());
  asio::ip::tcp::endpoint endpoint(*address, options_.port);
  acceptor_.open(endpoint.protocol());
  acceptor_.set_option(asio::socket_base::reuse_address(true));
  share_port(acceptor_.native_handle());
  acceptor_.bind(endpoint);
  acceptor_.non_blocking(true);
  acceptor_.listen();
  accept();
}

Listener::Handle::behavior_type Listener::behavior() {
  return {[this](const StopAccepting&) {
    retry_.reset();
    acceptor_.close();
    connections_.end_idle();
    return AcceptingStopped{};
  }};
}

void Listener::accept() {
  acceptor_.async_wait(asio::socket_base::wait_read,
                       self_.guarded([this](const std::error_code& failed) {
                         if (!failed && acceptor_.is_open()) accept_one();
                       }));
}

void Listener::accept_one() {
  asio::ip::tcp::endpoint peer;
  auto size = static_cast<socklen_t>(peer.capacity());
  posix::Descriptor socket(
      ::accept4(acceptor_.native_handle(), peer.data(), &size, SOCK_NONBLOCK | SOCK_CLOEXEC));
  if (socket.open()) {
    peer.resize(size);
    return accepted(std::move(socket), peer);
  }
  const std::error_code failed(errno, asio::error::get_system_category());
  // The client has gone already (accept(2)).
  const bool gone = failed == asio::error::would_block ||
                    failed == asio::error::connection_aborted || failed == asio::error::interrupted;
  if (gone) return accept();
  try_again(failed);
}

void Listener::accepted(posix::Descriptor socket, const asio::ip::tcp::endpoint& peer) {
  if (failing_) log_.say(spdlog::level::info, "again", "accepting connections again");
  failing_ = false;
  // A place is taken before the limit is checked, so that two loops that accept at the same time do
  // not both get the last one. It is given back below: `adopt` counts the connection itself.
  const bool room = options_.connection_count->fetch_add(1) < options_.max_connections;
  if (room || (options_.idle_give_way && connections_.end_longest_idle())) {
    connections_.adopt(std::move(socket), peer);
  } else {
    connections_.refuse(socket);
  }
  options_.connection_count->fetch_sub(1);
  accept();
}

void Listener::try_again(const std::error_code& failed) {
  if (!failing_) {
    log_.warn("accept", "a connection could not be accepted: " + failed.message() + "; " +
                            std::to_string(options_.connection_count->load()) +
                            " are open, trying again");
  }
  failing_ = true;
  retry_ = self_.after(retry_delay, [this] {
    if (acceptor_.is_open()) accept();
  });
}

}  // namespace rollcall::http
