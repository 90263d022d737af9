// How the end of an actor by a bug is told to the log and to its supervisor.
#pragma once

#include <exception>
#include <string>

#include <caf/error.hpp>

namespace rollcall::actors {

/// Logs that this actor ends, and why; gives the error that it ends with.
caf::error log_crash(const std::string& actor, std::exception_ptr& thrown);
caf::error log_crash(const std::string& actor, const std::string& why);

}  // namespace rollcall::actors
