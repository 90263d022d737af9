// Counts the steps of threads, for a test that waits for them.
#pragma once

#include <atomic>
#include <condition_variable>
#include <mutex>

#include "tests/support/catch.hpp"
#include "tests/support/network/descriptor.hpp"

namespace rollcall::tests {

class Progress {
 public:
  void step() {
    {
      const std::lock_guard lock(mutex_);
      ++steps_;
    }
    changed_.notify_all();
  }
  /// Waits until this many more steps have been done; fails the test where they never are.
  void wait_for(int more) {
    std::unique_lock lock(mutex_);
    const int wanted = steps_ + more;
    if (!changed_.wait_for(lock, patience, [&] { return steps_ >= wanted; })) {
      lock.unlock();
      FAIL("the clients get no further");
    }
  }

 private:
  std::mutex mutex_;
  std::condition_variable changed_;
  int steps_ = 0;
};

/// Tells threads to end: by `now`, and in any case by the destructor, however the test ends.
struct Finish {
  std::atomic<bool> now = false;
  ~Finish() { now = true; }
};

}  // namespace rollcall::tests
