// Waiting for what must come to be, by asking again.
#pragma once

#include <poll.h>

#include <chrono>
#include <string>

#include "tests/support/catch.hpp"
#include "tests/support/network/descriptor.hpp"

namespace rollcall::tests {

/// Polls, each time by a real request, until it is so; fails the test, which then says `never`,
/// where that does not happen within `patience`. Between two requests it leaves the processor to
/// the servers.
template <class Question>
void wait_until(const std::string& never, Question is_so) {
  constexpr int pause_ms = 2;
  const auto end = std::chrono::steady_clock::now() + patience;
  while (!is_so()) {
    if (std::chrono::steady_clock::now() > end) FAIL(never);
    ::poll(nullptr, 0, pause_ms);
  }
}

}  // namespace rollcall::tests
