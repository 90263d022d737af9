// `rollcall invalidate`.
#pragma once

#include <string>
#include <vector>

#include "config/settings.hpp"

namespace rollcall::app {

/// Tells every node on the PostgreSQL of the settings to invalidate these users, or all where `ids`
/// is empty. Blocks until the server has accepted the notification; nodes act on it when it
/// arrives. Returns an ExitCode: exit_usage for an invalid id, and on SQLite, where it does
/// nothing. A failure is printed to stderr.
int invalidate(const config::Settings& settings, const std::vector<std::string>& texts);

}  // namespace rollcall::app
