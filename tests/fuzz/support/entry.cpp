// Where libFuzzer calls a target.
#include "tests/fuzz/support/input.hpp"

// NOLINTNEXTLINE(readability-identifier-naming): libFuzzer wants this name
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  rollcall::fuzz::check({reinterpret_cast<const char*>(data), size});
  return 0;
}
