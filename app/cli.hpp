// The command line: which subcommand runs with which settings.
#pragma once

namespace rollcall::app {

/// Runs the subcommand that the arguments name; blocks until it is done.
/// Returns the exit code of the process: 0 done, 1 failure, 2 usage or config fault, 3 an import
/// that skipped lines.
int run(int argc, char** argv);

}  // namespace rollcall::app
