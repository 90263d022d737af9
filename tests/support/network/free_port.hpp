// A port for a program that can't listen on port 0.
#pragma once

#include <cstdint>

namespace rollcall::tests {

/// A port at which nobody listens now. The caller must bind it soon, before another program does.
std::uint16_t free_port();

}  // namespace rollcall::tests
