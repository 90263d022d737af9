// Which sockets of a loop can be read or written.
//
// After each read, asio tries another one, which mostly gets EAGAIN; and each wait for a descriptor
// costs it a call of epoll_ctl. Here a read that fills less than its buffer counts as having
// drained the socket, and the kernel reports once when more has arrived (epoll(7),
// edge-triggered). The sockets have an epoll instance of their own, which the loop watches as one
// descriptor, for ever.
#pragma once

#include <cstdint>
#include <memory>
#include <system_error>
#include <unordered_map>
#include <utility>

#include <asio/execution_context.hpp>
#include <asio/io_context.hpp>
#include <asio/post.hpp>

#include "actors/runtime/once_function.hpp"
#include "actors/runtime/run_queue.hpp"
#include "posix/descriptor.hpp"

namespace rollcall::actors {

/// One for each loop: asio::use_service<ReadySockets>(io). For the loop's thread; never blocks.
/// Callbacks that wait when the io_context is destroyed are destroyed uncalled.
class ReadySockets final : public asio::execution_context::service {
 public:
  static const asio::execution_context::id id;  // by which asio finds it

  /// Identifies a watched socket; 0: none.
  using Token = std::uint64_t;
  // As large as what RESTinio has to do after it has read.
  using Callback = OnceFunction<void(bool aborted), 112>;

  /// Throws std::system_error if no descriptor is left.
  explicit ReadySockets(asio::io_context& io);
  ReadySockets(const ReadySockets&) = delete;
  ReadySockets& operator=(const ReadySockets&) = delete;
  ~ReadySockets() override;

  /// Begins to watch a descriptor, which the caller still owns. Returns 0 and sets `failed` if the
  /// kernel refuses.
  Token watch(int descriptor, std::error_code& failed);
  /// Calls back once, never from inside this call, when the socket may have data, the end of the
  /// stream, or an error. One callback may wait for each token.
  void when_ready(Token token, Callback callback);
  /// The last read drained the socket: when_ready waits for the next event, except after the end of
  /// the stream or an error.
  void drained(Token token);
  /// Calls back once, never from inside this call, when the socket has room, is connected, or has
  /// an error. One callback may wait for each token, beside that of when_ready.
  void when_writable(Token token, Callback callback);
  /// Calls the waiting callbacks, if any, with `aborted`, from the loop.
  void abort(Token token) { end_wait(token, true); }
  /// Calls the waiting callbacks, if any, as if the socket were ready, from the loop.
  void wake(Token token) { end_wait(token, false); }
  /// Runs this after the loop has looked at its sockets.
  template <class Work>
  void post(Work work) {
    asio::post(io_, [this, work = std::move(work)]() mutable { queue_.turn(work); });
  }
  /// Runs this before the loop looks at its sockets.
  template <class Work>
  void later(Work work) {
    queue_.push(std::move(work));
  }
  /// Aborts, and stops watching. To be called before the descriptor is closed; where a library has
  /// closed it already, its number may belong to another watched socket, which is not affected.
  void unwatch(Token token);

 private:
  class Watch;
  struct Watched {
    int descriptor;
    bool ready = false;   // to be read
    bool ended = false;   // the peer sends no more, or the socket failed: it stays ready
    bool failed = false;  // neither reads nor writes wait
    Callback reader{};
    Callback writer{};
  };

  void shutdown() override;
  bool is_current(Token token, int descriptor) const;
  void end_wait(Token token, bool aborted);
  void take_events();
  void take_event(Token token, std::uint32_t events);

  asio::io_context& io_;
  RunQueue& queue_;
  posix::Descriptor epoll_;
  std::unique_ptr<Watch> watch_;
  std::unordered_map<Token, Watched> watched_;
  std::unordered_map<int, Token> current_;  // the latest of each descriptor
  Token last_token_ = 0;
};

}  // namespace rollcall::actors
