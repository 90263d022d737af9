// Waiting for a condition by polling.
#pragma once

#include <poll.h>

#include <algorithm>
#include <chrono>
#include <string>

#include "tests/support/catch.hpp"
#include "tests/support/network/descriptor.hpp"

namespace rollcall::tests {

/// Calls `is_so` until it is true; fails the test with the message `never` where that takes longer
/// than `patience`. Between two calls it leaves the processor to the servers, for longer the longer
/// it waits, since a call may cost a connection and a process of PostgreSQL.
template <class Question>
void wait_until(const std::string& never, Question is_so) {
  constexpr int longest_pause_ms = 20;
  int pause_ms = 1;
  const auto end = std::chrono::steady_clock::now() + patience;
  while (!is_so()) {
    if (std::chrono::steady_clock::now() > end) FAIL(never);
    pause_ms = std::min(pause_ms + 1, longest_pause_ms);
    ::poll(nullptr, 0, pause_ms);
  }
}

}  // namespace rollcall::tests
