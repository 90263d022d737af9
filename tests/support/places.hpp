// Where this build keeps what the tests run and read.
#pragma once

#include <string>

namespace rollcall::tests {

/// The daemon's program.
std::string program_path();

/// A file of the source tree, named from its top.
std::string source_path(const std::string& file);

}  // namespace rollcall::tests
