#include "tests/support/places.hpp"

namespace rollcall::tests {

std::string program_path() { return ROLLCALL_BINARY; }

std::string source_path(const std::string& file) { return ROLLCALL_SOURCE_DIR "/" + file; }

}  // namespace rollcall::tests
