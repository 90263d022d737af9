// `rollcall invalidate`.
#pragma once

#include <string>
#include <vector>

#include "config/settings.hpp"

namespace rollcall::app {

/// Tells every node on the PostgreSQL of the settings to invalidate these users, or all where `ids`
/// is empty. Blocks until the server has taken it; nodes act on it when it arrives. Returns an
/// ExitCode: usage for an id that is none, and on SQLite, where it changes nothing; a failure is on
/// stderr.
int invalidate(const config::Settings& settings, const std::vector<std::string>& texts);

}  // namespace rollcall::app
