// Which sockets of a loop have something to read.
//
// After each read, asio tries another one, which mostly gets EAGAIN: one of the three system calls
// per request. Here a read that fills less than its buffer counts as having drained the socket, and
// the kernel reports once when more has arrived (epoll(7), edge-triggered). The sockets have an
// epoll instance of their own, which the loop watches as one descriptor.
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

/// One for each loop: asio::use_service<ReadySockets>(io). For the loop's thread; never blocks.
/// Callbacks that wait when the io_context is destroyed are destroyed uncalled.
class ReadySockets final : public asio::execution_context::service {
 public:
  static const asio::execution_context::id id;  // by which asio finds it

  /// Identifies a watched socket; 0: none.
  using Token = std::uint64_t;
  using Callback = std::function<void(bool aborted)>;

  /// Throws std::system_error if no descriptor is left.
  explicit ReadySockets(asio::io_context& io);
  ReadySockets(const ReadySockets&) = delete;
  ReadySockets& operator=(const ReadySockets&) = delete;

  /// Begins to watch a descriptor, which the caller still owns. Returns 0 and sets `failed` if the
  /// kernel refuses.
  Token watch(int descriptor, std::error_code& failed);
  /// Calls back once, never from inside this call, when the socket may have data, the end of the
  /// stream, or an error. One callback may wait for each token.
  void when_ready(Token token, Callback callback);
  /// The last read drained the socket: when_ready waits for the next event, except after the end of
  /// the stream or an error.
  void drained(Token token);
  /// Calls the waiting callback, if any, with `aborted`, from the loop.
  void abort(Token token) { end_wait(token, true); }
  /// Calls the waiting callback, if any, as if the socket had something to read, from the loop.
  void wake(Token token) { end_wait(token, false); }
  /// Posts this to the loop.
  template <class Work>
  void post(Work work) {
    asio::post(io_, std::move(work));
  }
  /// Aborts, and stops watching. To be called before the descriptor is closed.
  void unwatch(Token token);

 private:
  struct Watched {
    int descriptor;
    bool ready = false;
    bool ended = false;  // the peer sends no more, or the socket failed: it stays ready
    Callback waits{};
  };

  void shutdown() override;
  void end_wait(Token token, bool aborted);
  void wait();
  void take_events();
  void take_event(Token token, std::uint32_t events);

  asio::io_context& io_;
  asio::posix::stream_descriptor epoll_;
  std::unordered_map<Token, Watched> watched_;
  Token last_token_ = 0;
};

}  // namespace rollcall::http
