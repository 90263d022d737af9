// posix::Descriptor, with waiting for a test.
#pragma once

#include <chrono>

#include "posix/descriptor.hpp"

namespace rollcall::tests {

/// How long a test waits for something that must happen. Only a test that hangs takes so long.
inline constexpr std::chrono::milliseconds patience{60'000};

class Descriptor : public posix::Descriptor {
 public:
  using posix::Descriptor::Descriptor;

  /// Waits until there is something to read, or the end; false where the time is up before.
  bool wait_readable(std::chrono::milliseconds limit = patience) const;
};

}  // namespace rollcall::tests
