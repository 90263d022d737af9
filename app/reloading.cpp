#include "app/reloading.hpp"

#include <chrono>
#include <csignal>
#include <sstream>

#include <spdlog/spdlog.h>

#include "config/keys.hpp"

namespace rollcall::app {

namespace {

// How often the log is flushed: a reader that comes back learns what it missed after this at most.
constexpr std::chrono::seconds flush_interval{1};

/// The keys whose values differ, separated by commas.
std::string differing(const config::Settings& before, const config::Settings& after) {
  std::string names;
  for (const config::Key& key : config::keys()) {
    if (config::same_value(key, before, after)) continue;
    if (!names.empty()) names += ", ";
    names += key.name;
  }
  return names;
}

}  // namespace

Reloading::Reloading(asio::io_context& io, const config::Settings& settings, const Reload& reload)
    : hangup_(io, SIGHUP), flush_(io), settings_(settings), reload_(reload) {
  wait();
  flush_later();
}

void Reloading::wait() {
  hangup_.async_wait([this](const asio::error_code& failed, int) {
    if (failed) return;
    reload_now();
    wait();
  });
}

void Reloading::flush_later() {
  flush_.expires_after(flush_interval);
  flush_.async_wait([this](const asio::error_code& failed) {
    if (failed) return;
    spdlog::default_logger_raw()->flush();
    flush_later();
  });
}

void Reloading::reload_now() {
  const auto read = reload_();
  if (!read) {
    for (const std::string& error : read.error()) spdlog::error("{}", error);
    spdlog::error("not reloaded: the settings stay as they were");
    return;
  }
  const std::string before = settings_.log.level;
  if (read->log.level != before) {
    // Logged at the old level: not seen if that is "error".
    spdlog::log(spdlog::level::warn, "reloaded: log.level is {}, was {}", read->log.level, before);
    settings_.log.level = read->log.level;
    spdlog::set_level(spdlog::level::from_str(settings_.log.level));
  }
  const std::string others = differing(settings_, *read);
  if (!others.empty()) spdlog::warn("a restart is needed for: {}", others);
  if (read->log.level == before && others.empty()) {
    spdlog::info("reloaded: no setting has changed");
  }
}

}  // namespace rollcall::app
