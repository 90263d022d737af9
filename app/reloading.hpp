// What SIGHUP does, and the log's look for a reader that has come back.
#pragma once

// Something of the standard library first: asio allocates by what it knows of it by then.
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
  /// From here on SIGHUP is a reload.
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
