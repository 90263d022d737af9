// Paths of the program and the source tree of this build.
#pragma once

#include <string>

namespace rollcall::tests {

/// The program `rollcall`.
std::string program_path();

/// A file of the source tree; `file` is relative to the top.
std::string source_path(const std::string& file);

}  // namespace rollcall::tests
