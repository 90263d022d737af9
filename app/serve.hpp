// `rollcall serve`: the daemon in a process of its own.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include <tl/expected.hpp>

#include "config/settings.hpp"

namespace rollcall::app {

/// Reads the settings anew from where they came; the error lists all that is wrong.
using Reload = std::function<tl::expected<config::Settings, std::vector<std::string>>()>;

/// Starts the daemon, prints where it listens, and blocks until SIGTERM or SIGINT, also while it
/// starts, or until the daemon gives itself up. After SIGTERM it goes on serving for
/// http.lame_duck_s, while /ready says that it stops. SIGHUP reads the settings again: log.level
/// takes effect, of the others the log says which need a restart. SIGPIPE is ignored. A second
/// signal of the two ends the process at once. Returns an ExitCode: done after a signal, failure
/// where it could not start, gave up, or could not stop in order.
int serve(const config::Settings& settings, const Reload& reload);

}  // namespace rollcall::app
