// A socket for RESTinio that does not take the end of a client's sending for the client's end.
//
// RESTinio closes a connection, answers unsent, as soon as it reads the end of the stream. But a
// client may close its sending side when it has sent all it has to ask, and still wait for answers
// (RFC 9293 3.6).
#pragma once

#include <cstddef>
#include <memory>
#include <system_error>
#include <utility>

#include <asio/error.hpp>
#include <asio/ip/tcp.hpp>
#include <asio/steady_timer.hpp>

namespace rollcall::http {

/// The answers that are owed on one connection: from the receipt of a request until its response is
/// written, or given up with the connection. For one loop's thread.
class Owed {
 public:
  explicit Owed(asio::io_context& io) : settled_(io) {}

  bool any() const { return count_ > 0; }
  void one_more() { ++count_; }
  void one_less() {
    if (--count_ == 0) settled_.cancel();
  }

  /// Calls back, from the loop, when nothing is owed any more. To be asked once.
  template <class Callback>
  void when_settled(Callback callback) {
    // A timer that never expires, so that the io_context owns what waits, and frees it at its end.
    settled_.expires_at(asio::steady_timer::time_point::max());
    settled_.async_wait(
        [callback = std::move(callback)](const std::error_code&) mutable { callback(); });
  }

 private:
  std::size_t count_ = 0;
  asio::steady_timer settled_;
};

class ConnectionSocket final : public asio::ip::tcp::socket {
 public:
  ConnectionSocket(asio::ip::tcp::socket socket, std::shared_ptr<Owed> owed)
      : asio::ip::tcp::socket(std::move(socket)), owed_(std::move(owed)) {}

  /// As asio's, but the end of the stream is told only when nothing is owed.
  template <class Buffers, class Handler>
  void async_read_some(const Buffers& buffers, Handler handler) {
    asio::ip::tcp::socket::async_read_some(
        buffers, [owed = owed_, handler = std::move(handler)](const std::error_code& failed,
                                                              std::size_t size) mutable {
          if (failed != asio::error::eof || !owed->any()) {
            handler(failed, size);
            return;
          }
          owed->when_settled(
              [handler = std::move(handler)]() mutable { handler(asio::error::eof, 0); });
        });
  }

 private:
  std::shared_ptr<Owed> owed_;
};

}  // namespace rollcall::http
