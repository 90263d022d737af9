// The command line: which subcommand runs, with which settings.
#pragma once

#include <functional>

#include "app/serve.hpp"
#include "config/settings.hpp"

namespace rollcall::app {

/// Runs the daemon until it is told to stop; returns its exit code.
using Serve = std::function<int(const config::Settings&, const Reload&)>;

/// Runs the subcommand that the arguments name; blocks until it is done. `serve` is called for the
/// subcommand of that name, with settings that have been checked and with logging set up. Returns
/// an ExitCode, or what `serve` returned.
int run(int argc, const char* const* argv, const Serve& serve);

}  // namespace rollcall::app
