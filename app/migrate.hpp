// `rollcall migrate`.
#pragma once

#include "config/settings.hpp"

namespace rollcall::app {

/// Applies the migrations that the database lacks, creating it if there is none, renews stale keys
/// of users, and prints that; with `dry_run` only prints the migrations. Blocks. Returns an
/// ExitCode; a failure is printed to stderr.
int migrate(const config::Settings& settings, bool dry_run);

}  // namespace rollcall::app
