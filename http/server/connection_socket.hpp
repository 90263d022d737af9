// A socket for RESTinio that keeps a half-closed connection open until its responses are sent.
//
// RESTinio closes a connection, with its responses unsent, as soon as it reads the end of the
// stream. But a client may close its sending side after its last request, and still wait for the
// responses (RFC 9293 3.6).
#pragma once

#include <sys/socket.h>

#include <cstddef>
#include <iterator>
#include <memory>
#include <system_error>
#include <type_traits>
#include <utility>

#include <asio/buffer.hpp>
#include <asio/error.hpp>
#include <asio/ip/tcp.hpp>
#include <asio/steady_timer.hpp>

#include "http/server/ready_sockets.hpp"

namespace rollcall::http {

/// Counts the responses that are owed on one connection: from the receipt of a request until its
/// response is written, or given up with the connection. For one loop's thread.
class OwedResponses {
 public:
  explicit OwedResponses(asio::io_context& io) : settled_(io) {}

  /// Sets the descriptor of the socket while it is open; -1 otherwise.
  void socket(int descriptor) { socket_ = descriptor; }
  /// Shuts a connection down on which nothing is owed: its next read finds the end of the stream.
  /// False if something is owed, or if it is shut down or closed already.
  bool hang_up() {
    if (any() || socket_ < 0) return false;
    ::shutdown(std::exchange(socket_, -1), SHUT_RDWR);
    return true;
  }

  bool any() const { return count_ > 0; }
  bool can_end() const { return !any() && socket_ >= 0; }
  bool several() const { return count_ > 1; }
  void one_more() { ++count_; }
  void less(std::size_t count) {
    count_ -= count;
    if (count_ == 0) settled_.cancel();
  }

  /// Calls back, from the loop, when nothing is owed any more. To be called at most once.
  template <class Callback>
  void when_settled(Callback callback) {
    // A timer that never expires: the io_context owns the callback, and frees it at its end.
    settled_.expires_at(asio::steady_timer::time_point::max());
    settled_.async_wait(
        [callback = std::move(callback)](const std::error_code&) mutable { callback(); });
  }

 private:
  std::size_t count_ = 0;
  int socket_ = -1;
  asio::steady_timer settled_;
};

/// Reads when ReadySockets reports data, and writes at once. Must not be moved once reading began.
class ConnectionSocket final : public asio::ip::tcp::socket {
 public:
  ConnectionSocket(asio::ip::tcp::socket socket, std::shared_ptr<OwedResponses> owed,
                   ReadySockets& ready)
      : asio::ip::tcp::socket(std::move(socket)), owed_(std::move(owed)), ready_(&ready) {
    owed_->socket(native_handle());
  }
  ConnectionSocket(ConnectionSocket&& other) noexcept
      : asio::ip::tcp::socket(std::move(other)),
        owed_(std::move(other.owed_)),
        ready_(other.ready_),
        token_(std::exchange(other.token_, 0)) {}
  ConnectionSocket& operator=(ConnectionSocket&&) = delete;
  ~ConnectionSocket() {
    if (owed_) owed_->socket(-1);  // null: it was moved from
    ready_->unwatch(token_);
  }

  /// As asio's, but the end of the stream is reported only when nothing is owed.
  template <class Buffers, class Handler>
  void async_read_some(const Buffers& buffers, Handler handler) {
    if (const auto failed = start_reading()) {
      ready_->post([failed, handler = std::move(handler)]() mutable { handler(failed, 0); });
      return;
    }
    ready_->when_ready(token_, [this, buffers, handler = std::move(handler)](bool aborted) mutable {
      std::error_code failed = asio::error::operation_aborted;
      const std::size_t size = aborted ? 0 : read_some(buffers, failed);
      if (failed == asio::error::would_block) {
        ready_->drained(token_);
        return async_read_some(buffers, std::move(handler));
      }
      if (!failed && size < asio::buffer_size(buffers)) ready_->drained(token_);
      if (failed != asio::error::eof || !owed_->any()) return handler(failed, size);
      owed_->when_settled(
          [handler = std::move(handler)]() mutable { handler(asio::error::eof, 0); });
    });
  }

  /// As asio's, but tries to write at once: what the kernel accepts needs no reactor operation. The
  /// handler is passed by reference: asio computes `buffers` from the operation that it moves into
  /// `handler` in the same call, and C++ leaves the order of evaluation open.
  template <class Buffers, class Handler>
  void async_write_some(const Buffers& buffers, Handler&& handler) {
    std::error_code failed;
    const std::size_t size = token_ == 0 ? 0 : write_now(buffers, failed);
    if (token_ == 0 || failed == asio::error::would_block) {
      asio::ip::tcp::socket::async_write_some(buffers, std::forward<Handler>(handler));
      return;
    }
    ready_->post(
        [failed, size, handler = std::decay_t<Handler>(std::forward<Handler>(handler))]() mutable {
          handler(failed, size);
        });
  }

  void cancel(std::error_code& failed) {
    ready_->abort(token_);
    asio::ip::tcp::socket::cancel(failed);
  }
  void close() {
    owed_->socket(-1);
    ready_->unwatch(std::exchange(token_, 0));
    asio::ip::tcp::socket::close();
  }

 private:
  // A single buffer, as of nearly every response, is sent by send(2), which is cheaper in the
  // kernel than sendmsg(2).
  template <class Buffers>
  std::size_t write_now(const Buffers& buffers, std::error_code& failed) {
    const auto first = asio::buffer_sequence_begin(buffers);
    const bool single = std::next(first) == asio::buffer_sequence_end(buffers);
    return single ? write_some(asio::const_buffer(*first), failed) : write_some(buffers, failed);
  }

  std::error_code start_reading() {
    std::error_code failed;
    if (token_ == 0) non_blocking(true, failed);
    if (token_ == 0 && !failed) token_ = ready_->watch(native_handle(), failed);
    return failed;
  }

  std::shared_ptr<OwedResponses> owed_;
  ReadySockets* ready_;
  ReadySockets::Token token_ = 0;
};

}  // namespace rollcall::http
