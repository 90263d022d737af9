// `rollcall serve`: the daemon in a process of its own.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include <tl/expected.hpp>

#include "config/settings.hpp"

namespace rollcall::app {

/// Reads the settings again from their sources; the error lists everything that is wrong.
using Reload = std::function<tl::expected<config::Settings, std::vector<std::string>>()>;

/// Starts the daemon, prints where it listens, and blocks until SIGTERM or SIGINT, which also stop
/// a daemon that is still starting, or until the root supervisor gives up. After SIGTERM it serves
/// for another http.lame_duck_s, while /ready reports that it stops. A second SIGTERM or SIGINT
/// ends the process at once. SIGHUP reads the settings again: log.level takes effect; the log names
/// the others that have changed and need a restart. SIGPIPE is ignored. Returns exit_done after a
/// signal, exit_failure if it could not start or gave up. If an actor does not stop in time, the
/// process exits here with exit_failure.
int serve(const config::Settings& settings, const Reload& reload);

}  // namespace rollcall::app
