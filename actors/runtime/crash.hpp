// Reports a crash, the end of an actor by a bug: to the log, and as the exit reason.
#pragma once

#include <exception>
#include <string>

#include <caf/error.hpp>

namespace rollcall::actors {

/// Logs at level error that the actor of this name has crashed, and why. Returns the exit reason, a
/// caf::sec::runtime_error. Any thread.
caf::error log_crash(const std::string& actor, std::exception_ptr& thrown);
caf::error log_crash(const std::string& actor, const std::string& why);

}  // namespace rollcall::actors
