// Writes what the program logs into the trace.
#pragma once

#include <memory>
#include <string>
#include <utility>

#include <spdlog/details/null_mutex.h>
#include <spdlog/sinks/base_sink.h>
#include <spdlog/sinks/null_sink.h>
#include <spdlog/spdlog.h>

#include "tests/simulator/trace.hpp"

namespace rollcall::simulator {

class TraceSink final : public spdlog::sinks::base_sink<spdlog::details::null_mutex> {
 public:
  explicit TraceSink(Trace& trace) : trace_(trace) {}

 private:
  void sink_it_(const spdlog::details::log_msg& message) override {
    trace_.note(
        [&] { return "LOG " + std::string(message.payload.data(), message.payload.size()); });
  }
  void flush_() override {}

  Trace& trace_;
};

/// Replaces the default logger while it lives. Where the trace is off, nothing is logged.
class Log {
 public:
  explicit Log(Trace& trace) : before_(spdlog::default_logger()) {
    spdlog::sink_ptr sink = std::make_shared<spdlog::sinks::null_sink_st>();
    if (trace.on()) sink = std::make_shared<TraceSink>(trace);
    auto logger = std::make_shared<spdlog::logger>("simulation", std::move(sink));
    logger->set_level(trace.on() ? spdlog::level::debug : spdlog::level::off);
    spdlog::set_default_logger(std::move(logger));
  }
  Log(const Log&) = delete;
  Log& operator=(const Log&) = delete;
  ~Log() { spdlog::set_default_logger(before_); }

 private:
  std::shared_ptr<spdlog::logger> before_;
};

}  // namespace rollcall::simulator
