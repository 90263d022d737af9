// What is under way on one connection.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <system_error>
#include <utility>

#include <asio/io_context.hpp>
#include <asio/steady_timer.hpp>

#include "actors/runtime/ready_sockets.hpp"
#include "http/server/connection_timeouts.hpp"
#include "http/server/loop_state.hpp"

namespace rollcall::http {

/// Counts the responses that are owed on one connection: from the receipt of a request until its
/// response is written, or given up with the connection. For one loop's thread.
class OwedResponses {
 public:
  explicit OwedResponses(asio::io_context& io) : settled_(io) {}

  bool any() const { return count_ > 0; }
  bool several() const { return count_ > 1; }
  void one_more() { ++count_; }
  void less(std::size_t count) {
    count_ -= count;
    if (count_ == 0) settled_.cancel();
  }

  /// Calls back, from the loop, when nothing is owed any more. One callback may wait at a time.
  template <class Callback>
  void when_settled(Callback callback) {
    // A timer that never expires: the io_context owns the callback, and frees it at its end.
    settled_.expires_at(asio::steady_timer::time_point::max());
    settled_.async_wait(
        [callback = std::move(callback)](const std::error_code&) mutable { callback(); });
  }

 private:
  std::size_t count_ = 0;
  asio::steady_timer settled_;
};

/// What a connection reads at the moment.
enum class ReadPhase : std::uint8_t {
  idle,       // nothing: no byte of a request that is incomplete has arrived
  head,       // a head that is incomplete
  body,       // a body that is incomplete
  lingering,  // bytes to be dropped, so that the client can read the last response
};

/// Shared by a connection's socket and by the writer of its responses. For one loop's thread.
class ConnectionState {
 public:
  /// `loop` must outlive this object.
  ConnectionState(asio::io_context& io, LoopState& loop,
                  std::shared_ptr<const ConnectionTimeouts> timeouts)
      : owed(io), loop_(loop), timeouts_(std::move(timeouts)), since_(timeouts_->now()) {}
  ConnectionState(const ConnectionState&) = delete;
  ConnectionState& operator=(const ConnectionState&) = delete;
  ~ConnectionState() { loop_.stats.buffered -= request_bytes_ + unsent_bytes_ + early_bytes_; }

  /// Sets the socket, while it is open.
  void opened(int descriptor, actors::ReadySockets::Token token) {
    socket_ = descriptor;
    token_ = token;
  }
  void closed() { socket_ = -1; }

  /// The time of the phase begins.
  void enter(ReadPhase phase) {
    phase_ = phase;
    since_ = timeouts_->now();
    timed_out_ = false;
  }
  ReadPhase phase() const { return phase_; }
  /// A response of so many bytes is to be sent.
  void response_made(std::size_t bytes) {
    if (unsent_bytes_ == 0) sending_since_ = timeouts_->now();
    unsent_bytes_ += bytes;
    loop_.stats.buffered += bytes;
  }
  /// So many responses are written, or given up with the connection.
  void responses_sent(std::size_t count, std::size_t bytes) {
    unsent_bytes_ -= bytes;
    loop_.stats.buffered -= bytes;
    sending_since_ = timeouts_->now();
    owed.less(count);
    if (phase_ == ReadPhase::idle || phase_ == ReadPhase::lingering) since_ = timeouts_->now();
  }
  /// The response is a stream: its client is taken for gone, and the socket fails, where the kernel
  /// has sent something and it was not acknowledged for the time that a response may take.
  void begin_stream();
  /// So many bytes of a stream are to be sent. They are not counted as buffered: connections share
  /// them, so whoever makes them counts them.
  void stream_made(std::size_t bytes) {
    if (stream_bytes_ == 0) sending_since_ = timeouts_->now();
    stream_bytes_ += bytes;
  }
  /// So many are written, or given up.
  void stream_sent(std::size_t bytes) {
    stream_bytes_ -= bytes;
    sending_since_ = timeouts_->now();
  }
  /// So many bytes of requests are here that are incomplete, or that wait for others.
  void keep_request_bytes(std::size_t bytes) {
    loop_.stats.buffered += bytes - request_bytes_;
    request_bytes_ = bytes;
  }
  /// So many bytes are unsent of what the reader sends itself.
  void keep_early_bytes(std::size_t bytes) {
    if (early_bytes_ == 0) sending_since_ = timeouts_->now();
    loop_.stats.buffered += bytes - early_bytes_;
    early_bytes_ = bytes;
  }
  /// Whether an incomplete request must be given up, so that others find room.
  bool lacks_room() const {
    const bool incomplete = phase_ == ReadPhase::head || phase_ == ReadPhase::body;
    return incomplete && loop_.buffers_full();
  }

  /// Whether the connection is open and waits for its client alone, perhaps inside a request.
  bool owes_nothing() const { return !owed.any() && socket_ >= 0; }
  /// Shuts the connection down: nothing more is read from it. False if responses are owed, or if it
  /// is shut down or closed already.
  bool hang_up();
  bool hung_up() const { return hung_up_; }
  /// Hangs up if no byte of a request has arrived.
  bool end_if_idle();
  /// To be called at each tick. Hangs up if the connection has been idle for too long, or if it is
  /// idle and the daemon is draining. Resets it if its client does not take a response. What
  /// arrives too slowly is marked as timed out, and its reader is woken.
  void check_timeout(actors::ReadySockets& ready);
  bool timed_out() const { return timed_out_; }
  /// Ends the connection, whatever is owed: what the kernel has not sent is dropped.
  void reset();

  OwedResponses owed;

 private:
  void time_out(actors::ReadySockets& ready);

  LoopState& loop_;
  std::shared_ptr<const ConnectionTimeouts> timeouts_;
  int socket_ = -1;
  actors::ReadySockets::Token token_ = 0;
  ReadPhase phase_ = ReadPhase::idle;
  bool timed_out_ = false;
  bool hung_up_ = false;
  std::uint32_t since_;  // the tick at which the phase began or the last response was sent
  std::uint32_t sending_since_ = 0;  // the tick at which the last response was sent, or since then
                                     // another one was made
  std::size_t request_bytes_ = 0;
  std::size_t unsent_bytes_ = 0;
  std::size_t early_bytes_ = 0;
  std::size_t stream_bytes_ = 0;
};

}  // namespace rollcall::http
