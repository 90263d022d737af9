// Debian's nginx, as a process of a test.
#pragma once

#include <string>

#include "tests/support/daemon/child_process.hpp"
#include "tests/support/temp_dir.hpp"

namespace rollcall::tests {

/// How nginx is started with this configuration, to whose `http` the directives are added. Its
/// files are in the folder: it writes its errors to `log` there.
Spawn nginx_with(std::string configuration, const std::string& directives, const TempDir& folder);

}  // namespace rollcall::tests
