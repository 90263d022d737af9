// Waiting for what must come to be, by asking again and again.
#pragma once

#include <chrono>
#include <string>

#include "tests/support/catch.hpp"
#include "tests/support/descriptor.hpp"

namespace rollcall::tests {

/// Asks, each time by a real question, until it is so; fails the test, which then says `never`,
/// where that does not happen within `patience`.
template <class Question>
void wait_until(const std::string& never, Question is_so) {
  const auto end = std::chrono::steady_clock::now() + patience;
  while (!is_so()) {
    if (std::chrono::steady_clock::now() > end) FAIL(never);
  }
}

}  // namespace rollcall::tests
