// A port for a program that can't listen on port 0.
#pragma once

#include <cstdint>

namespace rollcall::tests {

/// Nobody listens there now; its user must bind it quickly.
std::uint16_t free_port();

}  // namespace rollcall::tests
