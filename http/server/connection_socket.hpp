// The socket of a connection, as RESTinio uses it.
#pragma once

#include <cstddef>
#include <iterator>
#include <memory>
#include <string_view>
#include <system_error>
#include <type_traits>
#include <utility>

#include <asio/buffer.hpp>
#include <asio/error.hpp>
#include <asio/ip/tcp.hpp>

#include "actors/runtime/ready_sockets.hpp"
#include "http/server/connection_state.hpp"
#include "http/server/request_reader.hpp"

namespace rollcall::http {

/// Reads through a RequestReader when ReadySockets reports data, and writes at once. Must not be
/// moved once reading began.
class ConnectionSocket final : public asio::ip::tcp::socket {
 public:
  ConnectionSocket(asio::ip::tcp::socket socket, std::shared_ptr<ConnectionState> state,
                   RequestReader reader, actors::ReadySockets& ready)
      : asio::ip::tcp::socket(std::move(socket)),
        state_(std::move(state)),
        reader_(std::move(reader)),
        ready_(&ready) {}
  ConnectionSocket(ConnectionSocket&& other) noexcept
      : asio::ip::tcp::socket(std::move(other)),
        state_(std::move(other.state_)),
        reader_(std::move(other.reader_)),
        ready_(other.ready_),
        token_(std::exchange(other.token_, 0)) {}
  ConnectionSocket& operator=(ConnectionSocket&&) = delete;
  ~ConnectionSocket() {
    if (state_) state_->closed();  // null: it was moved from
    ready_->unwatch(token_);
  }

  /// As asio's, but gives only valid requests (RequestReader), and reports the end of the stream
  /// only when no response is owed.
  template <class Buffers, class Handler>
  void async_read_some(const Buffers& buffers, Handler handler) {
    const asio::mutable_buffer to = *asio::buffer_sequence_begin(buffers);
    if (const auto failed = start_reading()) {
      ready_->post([failed, handler = std::move(handler)]() mutable { handler(failed, 0); });
    } else if (reader_.has_work()) {
      ready_->post(
          [this, to, handler = std::move(handler)]() mutable { read(to, std::move(handler)); });
    } else {
      read_when_ready(to, std::move(handler));
    }
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
    state_->closed();
    ready_->unwatch(std::exchange(token_, 0));
    asio::ip::tcp::socket::close();
  }

  // For the reader; none of them blocks.

  std::size_t receive(asio::mutable_buffer to, std::error_code& failed) {
    const auto size = read_some(to, failed);
    if (failed == asio::error::would_block || (!failed && size < to.size())) {
      ready_->drained(token_);
    }
    return size;
  }
  std::size_t send(std::string_view text, std::error_code& failed) {
    return write_some(asio::buffer(text.data(), text.size()), failed);
  }
  bool has_unread() const {
    std::error_code closed;
    return available(closed) > 0;
  }
  void finish_sending() {
    std::error_code ignored;  // the client has closed the connection
    shutdown(asio::socket_base::shutdown_send, ignored);
  }

 private:
  template <class Handler>
  void read_when_ready(asio::mutable_buffer to, Handler handler) {
    ready_->when_ready(token_, [this, to, handler = std::move(handler)](bool aborted) mutable {
      if (aborted) return handler(asio::error::operation_aborted, 0);
      read(to, std::move(handler));
    });
  }

  template <class Handler>
  void read(asio::mutable_buffer to, Handler handler) {
    if (token_ == 0) return handler(asio::error::operation_aborted, 0);  // closed meanwhile
    const auto step = reader_.step(*this, to);
    switch (step.next) {
      case ReadStep::Next::deliver:
        return handler(step.failed, step.size);
      case ReadStep::Next::when_readable:
        return read_when_ready(to, std::move(handler));
      case ReadStep::Next::when_writable:
        return async_wait(wait_write, [this, to, handler = std::move(handler)](
                                          const std::error_code& failed) mutable {
          if (failed) return handler(failed, 0);
          read(to, std::move(handler));
        });
      case ReadStep::Next::when_settled:
        return state_->owed.when_settled(
            [this, to, handler = std::move(handler)]() mutable { read(to, std::move(handler)); });
      case ReadStep::Next::in_turn:
        return ready_->post(
            [this, to, handler = std::move(handler)]() mutable { read(to, std::move(handler)); });
    }
  }

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
    if (token_ != 0) return failed;
    non_blocking(true, failed);
    if (!failed) token_ = ready_->watch(native_handle(), failed);
    if (!failed) state_->opened(native_handle(), token_);
    return failed;
  }

  std::shared_ptr<ConnectionState> state_;
  RequestReader reader_;
  actors::ReadySockets* ready_;
  actors::ReadySockets::Token token_ = 0;
};

}  // namespace rollcall::http
