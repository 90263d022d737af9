// RESTinio's part: what happens on a socket once it is accepted.
#pragma once

#include <chrono>
#include <cstddef>
#include <memory>

#include <asio/ip/tcp.hpp>

#include "actors/runtime/loop.hpp"
#include "http/server/loop_state.hpp"
#include "http/server/request_handler.hpp"
#include "http/wire/request_checks.hpp"

namespace rollcall::http {

struct ConnectionOptions {
  RequestLimits limits{};
  std::size_t max_pipelined = 16;                    // 2 or more: else a disconnect goes unnoticed
  std::chrono::seconds read_timeout{30};             // idle, or slow in sending a request
  std::chrono::milliseconds request_timeout{2'000};  // RESTinio's own timeouts lie above it
};

/// Turns sockets into connections, which bring their requests to the handler and live on by
/// themselves: they hold the handler and the state, and nothing of this object. For one loop's
/// thread.
class Connections {
 public:
  Connections(const actors::Loop& loop, const ConnectionOptions& options,
              std::shared_ptr<LoopState> state, std::shared_ptr<ConnectionCount> connection_count,
              std::shared_ptr<RequestHandler> handler);
  Connections(const Connections&) = delete;
  Connections& operator=(const Connections&) = delete;
  ~Connections();

  /// Starts to read requests from the socket; closes it where that can't be.
  void adopt(asio::ip::tcp::socket socket);
  /// Ends the one of these connections that has been idle for longest, also with a request half
  /// sent. False where every one is owed an answer.
  bool end_longest_idle();

 private:
  class Factory;
  std::unique_ptr<Factory> factory_;
};

}  // namespace rollcall::http
