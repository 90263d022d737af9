// Reloads the settings on SIGHUP, and flushes the log at an interval.
#pragma once

// A standard header comes first: asio chooses how it allocates by macros of the standard library,
// which must be the same in every file.
#include <functional>

#include <asio/io_context.hpp>
#include <asio/signal_set.hpp>
#include <asio/steady_timer.hpp>

#include "app/serve.hpp"
#include "config/settings.hpp"

namespace rollcall::app {

/// Acts on the thread that runs `io`. Other threads may log meanwhile.
class Reloading {
 public:
  /// From here on SIGHUP reloads. `reload` must outlive this object; it is called on the thread of
  /// `io`, and may block it.
  Reloading(asio::io_context& io, const config::Settings& settings, const Reload& reload);

 private:
  void wait();
  void flush_later();
  void reload_now();

  asio::signal_set hangup_;
  asio::steady_timer flush_;
  config::Settings settings_;  // in effect
  const Reload& reload_;
};

}  // namespace rollcall::app
