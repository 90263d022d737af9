// `rollcall serve`: the daemon in a process of its own.
#pragma once

#include "config/settings.hpp"

namespace rollcall::app {

/// Starts the daemon, prints where it listens, and blocks until SIGTERM or SIGINT, also while it
/// starts, or until the daemon gives itself up. After SIGTERM it goes on serving for
/// http.lame_duck_s, while /ready says that it stops. A second signal ends the process at once. Returns an ExitCode: done
/// after a signal, failure where it could not start, gave up, or could not stop in order.
int serve(const config::Settings& settings);

}  // namespace rollcall::app
