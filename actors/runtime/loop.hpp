// A loop: one thread that runs one asio::io_context, and the clock that belongs to it.
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <thread>

#include <asio/executor_work_guard.hpp>
#include <asio/io_context.hpp>
#include <asio/post.hpp>

#include "actors/runtime/clock.hpp"
#include "actors/runtime/run_queue.hpp"

namespace rollcall::actors {

/// What an actor needs of its loop. The io_context and the clock must outlive every actor on it.
class Loop {
 public:
  Loop(asio::io_context& io, Clock& clock)
      : io_(io), clock_(clock), queue_(asio::use_service<RunQueue>(io)) {}

  asio::io_context& io() const { return io_; }
  Clock& clock() const { return clock_; }
  /// Whether the calling thread is running this loop at the moment.
  bool here() const { return io_.get_executor().running_in_this_thread(); }
  /// Runs this on the loop's thread, and then what it leads to. From any thread.
  template <class Work>
  void post(Work work) const {
    asio::post(io_, [queue = &queue_, work = std::move(work)]() mutable { queue->turn(work); });
  }
  /// Runs this before the loop looks at its sockets again. From the loop's thread.
  template <class Work>
  void later(Work work) const {
    queue_.push(std::move(work));
  }

 private:
  asio::io_context& io_;
  Clock& clock_;
  RunQueue& queue_;
};

/// Real time by asio's timers.
class AsioClock final : public Clock {
 public:
  explicit AsioClock(asio::io_context& io) : io_(io), queue_(asio::use_service<RunQueue>(io)) {}
  TimePoint now() const override { return std::chrono::steady_clock::now(); }
  WallTime wall_now() const override;
  Timer after(Duration delay, std::function<void()> callback) override;

 private:
  asio::io_context& io_;
  RunQueue& queue_;
};

/// A loop with a thread of its own, for the daemon. It runs from `start` to `stop`, once.
class LoopThread {
 public:
  /// `name` is the thread's name, as top and gdb show it; cut after 15 bytes.
  explicit LoopThread(std::string name);
  LoopThread(const LoopThread&) = delete;
  LoopThread& operator=(const LoopThread&) = delete;
  ~LoopThread() { stop(); }

  Loop& loop() { return loop_; }
  void start();
  /// Ends the thread after the handler that is running, and blocks until it has ended. Queued
  /// handlers do not run; they are destroyed with this object. Not for the loop's own thread.
  void stop();

 private:
  std::string name_;
  asio::io_context io_{1};
  asio::executor_work_guard<asio::io_context::executor_type> work_;
  AsioClock clock_{io_};
  Loop loop_{io_, clock_};
  std::thread thread_;
};

}  // namespace rollcall::actors
