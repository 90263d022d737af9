// The role of a listener: the listening socket of one loop.
//
// Purpose  accepts connections and brings their requests to a desk.
// Owns     a RESTinio server on its loop's io_context, with SO_REUSEPORT: every loop of the process
//          listens on the same port, the kernel spreads the connections.
// Receives StopAccepting.
// Ends     when it can't bind at start, or can't reopen its socket for another reason than want of
//          descriptors.
// Restart  by the supervisor `edge`. Connections outlive the listener: they hold the desk, and
//          nothing of this object.
// Lost     connections that wait to be accepted.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>

#include <tl/expected.hpp>

#include "actors/loop_actor.hpp"
#include "http/desk.hpp"
#include "http/gateway_handle.hpp"
#include "http/request_checks.hpp"
#include "http/traffic.hpp"

namespace rollcall::http {

struct ListenerOptions {
  std::string host = "127.0.0.1";  // an address, or localhost
  std::uint16_t port = 0;          // a real one: claim_port chooses
  RequestLimits limits{};
  std::size_t max_connections = 10'000;              // of this listener's loop
  std::size_t max_pipelined = 16;                    // 2 or more: else a disconnect goes unnoticed
  std::chrono::seconds read_timeout{30};             // idle, or slow in sending a request
  std::chrono::milliseconds request_timeout{2'000};  // RESTinio's own timeouts lie above it
};

/// Accepts the connections of one loop.
class Listener {
 public:
  using Handle = ListenerHandle;
  using Self = actors::LoopActor<Listener>;

  /// Listens from here on. Throws where it can't bind.
  Listener(Self& self, ListenerOptions options, std::shared_ptr<Traffic> traffic,
           std::shared_ptr<Desk> desk);
  Listener(const Listener&) = delete;
  Listener& operator=(const Listener&) = delete;
  ~Listener();

  Handle::behavior_type behavior();

 private:
  class Socket;  // RESTinio's part

  void watch();

  Self& self_;
  std::unique_ptr<Socket> socket_;
  actors::Timer watch_;
};

}  // namespace rollcall::http
