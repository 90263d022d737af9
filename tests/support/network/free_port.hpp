// A port for a program that can't be told to take any.
#pragma once

#include <cstdint>

namespace rollcall::tests {

/// Nobody listens there now; who is to have it must be quick.
std::uint16_t free_port();

}  // namespace rollcall::tests
