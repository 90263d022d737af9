// The role of a listener: the listening socket of one loop.
//
// Purpose  accepts connections; their requests go to a RequestHandler.
// Owns     a socket with SO_REUSEPORT: every loop of the process listens on the same port, and the
//          kernel spreads the connections.
// Receives StopAccepting.
// Ends     when it can't listen at its start, by a bug, or with its supervisor.
// Restart  by the supervisor `edge`, the admin listener by `admin`. Connections outlive it.
// Lost     connections not yet accepted.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <system_error>

#include <asio/ip/tcp.hpp>

#include "actors/runtime/limited_log.hpp"
#include "actors/runtime/loop_actor.hpp"
#include "http/server/connections.hpp"
#include "http/server/listener_handle.hpp"
#include "http/server/loop_state.hpp"

namespace rollcall::http {

struct ListenerOptions {
  std::string host = "127.0.0.1";        // an IP address, or localhost
  std::uint16_t port = 0;                // not 0: see claim_port
  std::size_t max_connections = 10'000;  // of all that share the count; over it: 503 and close
  ConnectionOptions connections{};
  std::shared_ptr<ConnectionCount> connection_count = std::make_shared<ConnectionCount>(0);
  /// At the limit, the connection that has been idle for longest is closed for a new one, if any is
  /// idle. For listeners with few clients, which must always get through.
  bool idle_give_way = false;
};

class Listener {
 public:
  using Handle = ListenerHandle;
  using Self = actors::LoopActor<Listener>;

  /// Starts to listen. Throws if it can't.
  Listener(Self& self, ListenerOptions options, std::shared_ptr<LoopState> state,
           std::shared_ptr<RequestHandler> handler);

  Handle::behavior_type behavior();

 private:
  void accept();
  void accept_one();
  void accepted(posix::Descriptor socket, const asio::ip::tcp::endpoint& peer);
  void try_again(const std::error_code& failed);

  Self& self_;
  ListenerOptions options_;
  actors::LimitedLog log_;
  Connections connections_;
  asio::ip::tcp::acceptor acceptor_;
  actors::Timer retry_;
  bool failing_ = false;  // the last accept failed, and the log says so
};

}  // namespace rollcall::http
