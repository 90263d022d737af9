// `rollcall doctor`.
#pragma once

#include "config/settings.hpp"

namespace rollcall::app {

/// Prints a line for each group of users who have the same e-mail or username, and for each key
/// that `rollcall migrate` would renew. Changes nothing; runs beside daemons on both engines.
/// Blocks. Returns an ExitCode: exit_failure where it found anything, and where the database can't
/// be read, which is printed to stderr.
int doctor(const config::Settings& settings);

}  // namespace rollcall::app
