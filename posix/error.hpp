// What a failed system call says.
#pragma once

#include <cerrno>
#include <string>
#include <system_error>

namespace rollcall::posix {

/// The text of errno, as the call that has just failed left it.
inline std::string last_error() { return std::generic_category().message(errno); }

}  // namespace rollcall::posix
