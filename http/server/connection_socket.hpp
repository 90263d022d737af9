// The socket of a connection, as RESTinio uses it.
#pragma once

#include <sys/ioctl.h>
#include <sys/socket.h>
#include <sys/uio.h>

#include <array>
#include <cerrno>
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
#include "posix/descriptor.hpp"

namespace rollcall::http {

/// Reads through a RequestReader when ReadySockets reports data, and writes at once. Must not be
/// moved once reading began.
///
/// RESTinio's templates take a socket of asio. That one is never opened: the descriptor would be
/// watched by asio too, which costs time at each event.
class ConnectionSocket final : public asio::ip::tcp::socket {
 public:
  /// `socket` does not block.
  ConnectionSocket(asio::io_context& io, posix::Descriptor socket,
                   std::shared_ptr<ConnectionState> state, RequestReader reader,
                   actors::ReadySockets& ready)
      : asio::ip::tcp::socket(io),
        socket_(std::move(socket)),
        state_(std::move(state)),
        reader_(std::move(reader)),
        ready_(&ready) {}
  ConnectionSocket(ConnectionSocket&& other) noexcept
      : asio::ip::tcp::socket(std::move(other)),
        socket_(std::move(other.socket_)),
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

  /// As asio's, but tries to write at once. The handler is passed by reference: asio computes
  /// `buffers` from the operation that it moves into `handler` in the same call, and C++ leaves the
  /// order of evaluation open.
  template <class Buffers, class Handler>
  void async_write_some(const Buffers& buffers, Handler&& handler) {
    std::error_code failed;
    const std::size_t size = write_now(buffers, failed);
    if (failed == asio::error::would_block) {
      // The buffers point to what RESTinio keeps until the handler is called.
      return write_when_writable(buffers, std::decay_t<Handler>(std::forward<Handler>(handler)));
    }
    ready_->later(
        [failed, size, handler = std::decay_t<Handler>(std::forward<Handler>(handler))]() mutable {
          handler(failed, size);
        });
  }

  bool is_open() const { return socket_.open(); }
  void cancel(std::error_code&) { ready_->abort(token_); }
  void shutdown(shutdown_type, std::error_code&) { ::shutdown(socket_.get(), SHUT_RDWR); }
  void close() {
    state_->closed();
    ready_->unwatch(std::exchange(token_, 0));
    socket_.close();
  }

  // For the reader; none of them blocks.

  std::size_t receive(asio::mutable_buffer to, std::error_code& failed) {
    const auto size = transferred(::recv(socket_.get(), to.data(), to.size(), 0), failed);
    if (!failed && size == 0) failed = asio::error::eof;
    if (failed == asio::error::would_block || (!failed && size < to.size())) {
      ready_->drained(token_);
    }
    return size;
  }
  std::size_t send(std::string_view text, std::error_code& failed) {
    return transferred(::send(socket_.get(), text.data(), text.size(), MSG_NOSIGNAL), failed);
  }
  bool has_unread() const {
    int bytes = 0;
    return ::ioctl(socket_.get(), FIONREAD, &bytes) == 0 && bytes > 0;
  }
  void finish_sending() { ::shutdown(socket_.get(), SHUT_WR); }

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
        return ready_->when_writable(
            token_, [this, to, handler = std::move(handler)](bool aborted) mutable {
              if (aborted) return handler(asio::error::operation_aborted, 0);
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

  static std::size_t transferred(ssize_t result, std::error_code& failed) {
    if (result >= 0) return static_cast<std::size_t>(result);
    failed.assign(errno, asio::error::get_system_category());
    return 0;
  }

  // A single buffer, as of nearly every response, is sent by send(2), which is cheaper in the
  // kernel than sendmsg(2).
  template <class Buffers>
  std::size_t write_now(const Buffers& buffers, std::error_code& failed) {
    const auto first = asio::buffer_sequence_begin(buffers);
    const auto last = asio::buffer_sequence_end(buffers);
    if (std::next(first) == last) {
      const asio::const_buffer only = *first;
      return send({static_cast<const char*>(only.data()), only.size()}, failed);
    }
    std::array<iovec, 64> parts;  // asio passes no more
    std::size_t count = 0;
    for (auto part = first; part != last && count < parts.size(); ++part) {
      const asio::const_buffer buffer = *part;
      // NOLINTNEXTLINE(cppcoreguidelines-pro-type-const-cast): sendmsg(2) only reads
      parts[count++] = {const_cast<void*>(buffer.data()), buffer.size()};
    }
    msghdr message{};
    message.msg_iov = parts.data();
    message.msg_iovlen = count;
    return transferred(::sendmsg(socket_.get(), &message, MSG_NOSIGNAL), failed);
  }

  template <class Buffers, class Handler>
  void write_when_writable(Buffers buffers, Handler handler) {
    ready_->when_writable(token_,
                          [this, buffers, handler = std::move(handler)](bool aborted) mutable {
                            std::error_code failed;
                            if (aborted) failed = asio::error::operation_aborted;
                            const auto size = aborted ? 0 : write_now(buffers, failed);
                            if (failed == asio::error::would_block) {
                              return write_when_writable(buffers, std::move(handler));
                            }
                            handler(failed, size);
                          });
  }

  std::error_code start_reading() {
    std::error_code failed;
    if (token_ != 0) return failed;
    token_ = ready_->watch(socket_.get(), failed);
    if (!failed) state_->opened(socket_.get(), token_);
    return failed;
  }

  posix::Descriptor socket_;
  std::shared_ptr<ConnectionState> state_;
  RequestReader reader_;
  actors::ReadySockets* ready_;
  actors::ReadySockets::Token token_ = 0;
};

}  // namespace rollcall::http
