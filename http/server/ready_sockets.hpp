// Which sockets of a loop have something to read.
//
// asio reads a socket again after each read, only to get EAGAIN: one system call of three for each
// request. Here a read that fills less than its buffer is known to have drained the socket, and the
// kernel reports once when more has arrived (epoll(7), edge-triggered). The sockets are watched
// by an epoll of their own, which the loop watches as one descriptor.
#pragma once

#include <cstdint>
#include <functional>
#include <system_error>
#include <unordered_map>
#include <utility>

#include <asio/execution_context.hpp>
#include <asio/io_context.hpp>
#include <asio/posix/stream_descriptor.hpp>
#include <asio/post.hpp>

namespace rollcall::http {

/// One for each loop: asio::use_service<ReadySockets>(io). Never blocks. What waits when the
/// io_context ends is destroyed uncalled.
class ReadySockets final : public asio::execution_context::service {
 public:
  static const asio::execution_context::id id;  // by which asio finds it

  /// Names a socket that is watched; 0 names none.
  using Token = std::uint64_t;
  using Callback = std::function<void(bool aborted)>;

  /// Throws std::system_error where the kernel has no descriptor left.
  explicit ReadySockets(asio::io_context& io);
  ReadySockets(const ReadySockets&) = delete;
  ReadySockets& operator=(const ReadySockets&) = delete;

  /// Begins to watch a descriptor, which the caller still owns. Returns 0 and sets `failed` where
  /// the kernel refuses.
  Token watch(int descriptor, std::error_code& failed);
  /// Calls back once, never from inside this call, when there may be something to read, or the end
  /// of the stream, or a failure.
  void when_ready(Token token, Callback callback);
  /// Says that the last read filled less than its buffer.
  void drained(Token token);
  /// Calls the waiting callback with `aborted`.
  void abort(Token token);
  /// Runs this from the loop, soon.
  template <class Work>
  void post(Work work) {
    asio::post(io_, std::move(work));
  }
  /// Stops watching; to be called before the descriptor is closed.
  void unwatch(Token token);

 private:
  struct Watched {
    int descriptor;
    bool ready = false;
    bool ended = false;  // the peer will send no more, or it failed: it stays ready
    Callback waits{};
  };

  void shutdown() override;
  void wait();
  void take_events();
  void take_event(Token token, std::uint32_t events);

  asio::io_context& io_;
  asio::posix::stream_descriptor epoll_;
  std::unordered_map<Token, Watched> watched_;
  Token last_token_ = 0;
};

}  // namespace rollcall::http
