// What the HTTP side of one loop shares.
#pragma once

#include <algorithm>
#include <array>
#include <atomic>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <utility>

#include "http/wire/links.hpp"
#include "http/wire/stream.hpp"

namespace rollcall::http {

/// The open connections of the whole process, counted by the listeners of all its loops.
using ConnectionCount = std::atomic<std::size_t>;

/// The counters of one loop.
struct LoopStats {
  std::size_t connections = 0;  // open now
  std::size_t in_flight = 0;    // requests with the gateway, or on their way to it
  std::size_t unsent = 0;       // responses that are not yet written to their sockets
  std::uint64_t answered = 0;   // responses since the start
  std::size_t buffered = 0;     // bytes of incomplete requests and of unsent responses
  std::size_t subscribers = 0;  // streams of events, also those that are about to begin
  std::uint64_t events = 0;     // sent to subscribers since the start
  std::uint64_t too_slow = 0;   // subscribers that were closed since they did not read
};

/// Requests that wait for different actors.
enum class RequestKind : std::uint8_t { lookup, page, write };

/// The requests of one kind that a loop has in flight.
struct RequestQueue {
  std::size_t size = 0;
  std::chrono::milliseconds wait{0};  // of those that are answered now (http/api/queue_wait.hpp)

  /// When a request that is refused may be repeated: the queue is served by then.
  std::chrono::seconds retry_after() const {
    return std::max(std::chrono::seconds{1}, std::chrono::ceil<std::chrono::seconds>(wait));
  }
};

/// Shared by the listener, the gateway and the connections of one loop, and outlives each of them
/// (both actors may be restarted, connections go on). Used on the loop's thread only.
struct LoopState {
  LoopStats stats{};
  bool draining = false;  // new requests are refused
  std::array<RequestQueue, 3> queues{};
  std::size_t max_buffered = std::size_t{256} << 20U;
  std::string public_url{};  // without the slash at its end; empty: links are paths

  /// Valid as long as this, which must not change `public_url` meanwhile.
  Links links() const { return Links(public_url); }

  RequestQueue& queue(RequestKind kind) { return queues[static_cast<std::size_t>(kind)]; }
  const RequestQueue& queue(RequestKind kind) const {
    return queues[static_cast<std::size_t>(kind)];
  }
  /// Whether no more may be buffered for clients: requests are refused.
  bool buffers_full() const { return stats.buffered >= max_buffered; }
  /// Whether pages of users, which are large, are refused.
  bool buffers_half_full() const { return stats.buffered >= max_buffered / 2; }
};

/// A part of streams that counts as buffered, once, while any connection has it to send.
inline StreamPart counted_part(std::shared_ptr<LoopState> state, std::string text) {
  struct Counted {
    Counted(std::shared_ptr<LoopState> its_state, std::string its_text)
        : state(std::move(its_state)), text(std::move(its_text)) {
      state->stats.buffered += text.size();
    }
    Counted(const Counted&) = delete;
    Counted& operator=(const Counted&) = delete;
    ~Counted() { state->stats.buffered -= text.size(); }

    std::shared_ptr<LoopState> state;
    std::string text;
  };
  const auto counted = std::make_shared<const Counted>(std::move(state), std::move(text));
  return {counted, &counted->text};
}

}  // namespace rollcall::http
