// The product's owner of a file descriptor, and how a test waits for one.
#pragma once

#include <chrono>

#include "posix/descriptor.hpp"

namespace rollcall::tests {

/// How long a test waits for something that must happen; only a hanging test meets it.
inline constexpr std::chrono::milliseconds patience{60'000};

class Descriptor : public posix::Descriptor {
 public:
  using posix::Descriptor::Descriptor;

  /// Waits until it can be read, or is at its end; false when the time is over.
  bool wait_readable(std::chrono::milliseconds limit = patience) const;
};

}  // namespace rollcall::tests
