#include "app/serve.hpp"

#include <csignal>
#include <optional>
#include <string>

#include <unistd.h>

#include <spdlog/spdlog.h>
#include <asio/executor_work_guard.hpp>
#include <asio/io_context.hpp>
#include <asio/post.hpp>
#include <asio/signal_set.hpp>
#include <asio/steady_timer.hpp>

#include "app/daemon.hpp"
#include "app/descriptor_limit.hpp"
#include "app/line_output.hpp"
#include "app/reloading.hpp"
#include "config/exit_code.hpp"

namespace rollcall::app {

namespace {

std::string shown(const std::string& host) {
  return host.find(':') == std::string::npos ? host : "[" + host + "]";
}

void announce(const config::Settings& settings, const Daemon& daemon) {
  const std::string line = "listening on http://" + shown(settings.http.host) + ':' +
                           std::to_string(daemon.port()) + " (admin on http://" +
                           shown(settings.admin.host) + ':' + std::to_string(daemon.admin_port()) +
                           ")";
  LineOutput output(STDOUT_FILENO);
  if (!output.write(line + '\n')) spdlog::warn("not told to stdout, which nobody reads: {}", line);
}

}  // namespace

int serve(const config::Settings& settings, const Reload& reload) {
  (void)std::signal(SIGPIPE, SIG_IGN);  // a write to a closed pipe fails, and ends no process
  if (const auto raised = raise_descriptor_limit(settings.http.max_connections); !raised) {
    spdlog::error("{}", raised.error());
    return exit_failure;
  }
  asio::io_context until_told;
  asio::steady_timer lame_duck(until_told);
  bool failed = false;
  std::optional<std::string> not_started;
  Daemon daemon(settings);
  daemon.on_failure([&] {
    asio::post(until_told, [&] {
      failed = true;
      until_told.stop();
    });
  });
  Reloading reloading(until_told, settings, reload);
  asio::signal_set signals(until_told, SIGTERM, SIGINT);
  signals.async_wait([&](const asio::error_code&, int signal) {
    spdlog::info("stopping, as told by signal {}", signal);
    // From here on a second signal has its default effect, which ends the process at once.
    signals.clear();
    const bool at_once = signal == SIGINT || settings.http.lame_duck.count() == 0;
    if (!daemon.started() || at_once) return until_told.stop();
    // The time begins before the announcement, which may have to wait for a loop that is stuck.
    lame_duck.expires_after(settings.http.lame_duck);
    daemon.announce_stop();
    lame_duck.async_wait([&](const asio::error_code&) { until_told.stop(); });
  });
  const auto begun = daemon.begin([&](const Daemon::Started& started) {
    asio::post(until_told, [&, started] {
      if (started) return announce(settings, daemon);
      not_started = started.error();
      until_told.stop();
    });
  });
  if (!begun) {
    spdlog::error("{}", begun.error());
    return exit_failure;
  }
  const auto work = asio::make_work_guard(until_told);
  until_told.run();
  signals.clear();
  const bool stopped = daemon.stop();
  if (!stopped) std::_Exit(exit_failure);
  if (not_started) {
    spdlog::error("{}", *not_started);
    return exit_failure;
  }
  if (failed) {
    spdlog::critical("gave up: restarts beyond the budget");
    return exit_failure;
  }
  spdlog::info("stopped");
  return exit_done;
}

}  // namespace rollcall::app
