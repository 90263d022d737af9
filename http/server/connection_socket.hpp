// A socket for RESTinio that keeps a half-closed connection open until its answers are sent.
//
// RESTinio closes a connection, answers unsent, as soon as it reads the end of the stream. But a
// client may close its sending side when it has sent all it has to ask, and still wait for answers
// (RFC 9293 3.6).
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

/// The answers that are owed on one connection: from the receipt of a request until its response is
/// written, or given up with the connection. For one loop's thread.
class OwedResponses {
 public:
  explicit OwedResponses(asio::io_context& io) : settled_(io) {}

  /// The socket from its adoption to its close; -1 otherwise.
  void socket(int descriptor) { socket_ = descriptor; }
  /// Ends a connection on which nothing is owed: its next read finds the end of the stream. False
  /// where something is owed, or it has ended already.
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

  /// Calls back, from the loop, when nothing is owed any more. Called at most once.
  template <class Callback>
  void when_settled(Callback callback) {
    // A timer that never expires, so that the io_context owns what waits, and frees it at its end.
    settled_.expires_at(asio::steady_timer::time_point::max());
    settled_.async_wait(
        [callback = std::move(callback)](const std::error_code&) mutable { callback(); });
  }

 private:
  std::size_t count_ = 0;
  int socket_ = -1;
  asio::steady_timer settled_;
};

/// Reads when ReadySockets reports data; the rest is asio's. Must not be moved once reading began.
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
    if (owed_) owed_->socket(-1);  // else it was moved from
    ready_->unwatch(token_);
  }

  /// As asio's, but the end of the stream is told only when nothing is owed.
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

  /// As asio's, but writes at once: what the kernel accepts needs no operation of the reactor.
  /// The handler comes by reference: asio moves from it what the buffers are made of, and the order
  /// in which arguments are made is the compiler's.
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
  // One piece, as nearly every response is, goes by send(2), which costs the kernel less than
  // sendmsg(2).
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
