// The connections of a listener, which RESTinio serves.
#pragma once

#include <chrono>
#include <cstddef>
#include <memory>

#include <asio/ip/tcp.hpp>

#include "actors/runtime/loop.hpp"
#include "http/server/loop_state.hpp"
#include "http/server/request_handler.hpp"
#include "http/wire/request_limits.hpp"
#include "posix/descriptor.hpp"

namespace rollcall::http {

/// What the process holds for an idle connection, measured: the resident memory of 4,000 of them.
inline constexpr std::size_t idle_connection_bytes = 8'192;

struct ConnectionOptions {
  RequestLimits limits{};
  std::size_t max_pipelined = 16;                    // 2 or more: else a disconnect goes unnoticed
  std::chrono::seconds head_timeout{10};             // from a head's first byte to its end
  std::chrono::milliseconds request_timeout{2'000};  // for a body, and for the response
  std::chrono::seconds idle_timeout{60};             // between two requests
  std::chrono::seconds write_timeout{30};            // for the client to take a response
};

/// Turns accepted sockets into connections, which pass their requests to the handler. A connection
/// may outlive this object: it holds the handler and the state itself. Used on the loop's thread
/// only.
class Connections {
 public:
  Connections(const actors::Loop& loop, const ConnectionOptions& options,
              std::shared_ptr<LoopState> state, std::shared_ptr<ConnectionCount> connection_count,
              std::shared_ptr<RequestHandler> handler);
  Connections(const Connections&) = delete;
  Connections& operator=(const Connections&) = delete;
  ~Connections();

  /// Starts to read requests from the socket, which does not block; closes it if that fails.
  void adopt(posix::Descriptor socket, asio::ip::tcp::endpoint peer);
  /// Answers 503, since too many connections are open, and closes the socket. Sends as much as it
  /// takes without blocking. The request stays unread, so the client may see a reset connection
  /// instead of the response.
  void refuse(const posix::Descriptor& socket);
  /// Closes the connection that has been idle for longest, even if it has sent part of a request.
  /// False if every connection still awaits a response.
  bool end_longest_idle();
  /// Closes the connections on which nothing is under way.
  void end_idle();

 private:
  class Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace rollcall::http
