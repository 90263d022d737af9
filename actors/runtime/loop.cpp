#include "actors/runtime/loop.hpp"

#include <pthread.h>

#include <utility>

#include <asio/steady_timer.hpp>

namespace rollcall::actors {

WallTime AsioClock::wall_now() const {
  return std::chrono::time_point_cast<std::chrono::milliseconds>(std::chrono::system_clock::now());
}

Timer AsioClock::after(Duration delay, std::function<void()> callback) {
  struct Pending {
    asio::steady_timer timer;
    std::function<void()> callback;
  };
  auto pending =
      std::make_shared<Pending>(Pending{asio::steady_timer(io_, delay), std::move(callback)});
  pending->timer.async_wait([pending, queue = &queue_](const asio::error_code& failed) {
    // If the timer had expired when it was cancelled, asio reports success: check the callback.
    if (auto due = std::exchange(pending->callback, nullptr); due && !failed) queue->turn(due);
  });
  return Timer([pending] {
    pending->callback = nullptr;
    pending->timer.cancel();
  });
}

LoopThread::LoopThread(std::string name)
    : name_(std::move(name)), work_(asio::make_work_guard(io_)) {
  asio::use_service<RunQueue>(io_).run_in_turns();
}

void LoopThread::start() {
  thread_ = std::thread([this] {
    pthread_setname_np(pthread_self(), name_.substr(0, 15).c_str());
    io_.run();
  });
}

void LoopThread::stop() {
  if (!thread_.joinable()) return;
  io_.stop();
  thread_.join();
}

}  // namespace rollcall::actors
