#include "app/logging.hpp"

#include <unistd.h>

#include <chrono>
#include <mutex>
#include <string>
#include <string_view>

#include <spdlog/sinks/base_sink.h>
#include <spdlog/spdlog.h>
#include <nlohmann/json.hpp>

#include "app/line_output.hpp"
#include "domain/user.hpp"
#include "transfer/readers/printable.hpp"

namespace rollcall::app {
namespace {

std::string_view view_of(spdlog::string_view_t text) { return {text.data(), text.size()}; }

std::string time_of(const spdlog::details::log_msg& message) {
  return to_rfc3339(std::chrono::floor<std::chrono::milliseconds>(message.time));
}

std::string_view level_of(const spdlog::details::log_msg& message) {
  return view_of(spdlog::level::to_string_view(message.level));
}

void append(spdlog::memory_buf_t& out, std::string_view text) {
  out.append(text.data(), text.data() + text.size());
}

class TextFormatter final : public spdlog::formatter {
 public:
  void format(const spdlog::details::log_msg& message, spdlog::memory_buf_t& out) override {
    append(out, time_of(message) + ' ');
    append(out, level_of(message));
    append(out, ' ' + printable(view_of(message.payload)) + '\n');
  }
  std::unique_ptr<spdlog::formatter> clone() const override { return text_formatter(); }
};

class JsonFormatter final : public spdlog::formatter {
 public:
  void format(const spdlog::details::log_msg& message, spdlog::memory_buf_t& out) override {
    const nlohmann::ordered_json line{{"time", time_of(message)},
                                      {"level", level_of(message)},
                                      {"thread", message.thread_id},
                                      {"message", view_of(message.payload)}};
    append(out, line.dump(-1, ' ', false, nlohmann::ordered_json::error_handler_t::replace) + '\n');
  }
  std::unique_ptr<spdlog::formatter> clone() const override { return json_formatter(); }
};

// spdlog serialises lines of several threads by this mutex; no thread waits for a reader under it.
class StderrSink final : public spdlog::sinks::base_sink<std::mutex> {
 protected:
  void sink_it_(const spdlog::details::log_msg& message) override {
    if (!tell_loss() || !write(message)) ++dropped_;
  }
  void flush_() override { (void)tell_loss(); }

 private:
  // Logs how many lines were dropped, if any. False if there is no room for that.
  bool tell_loss() {
    if (!output_.settle()) return false;
    if (dropped_ == 0) return true;
    const std::string text = std::to_string(dropped_) + " log lines were dropped: nobody read them";
    if (!write({"rollcall", spdlog::level::warn, text})) return false;
    dropped_ = 0;
    return true;
  }
  bool write(const spdlog::details::log_msg& message) {
    spdlog::memory_buf_t line;
    formatter_->format(message, line);
    return output_.write({line.data(), line.size()});
  }

  LineOutput output_{STDERR_FILENO};
  std::uint64_t dropped_ = 0;
};

}  // namespace

std::unique_ptr<spdlog::formatter> text_formatter() { return std::make_unique<TextFormatter>(); }

std::unique_ptr<spdlog::formatter> json_formatter() { return std::make_unique<JsonFormatter>(); }

void set_up_logging(const config::Log& log) {
  const auto sink = std::make_shared<StderrSink>();
  const auto logger = std::make_shared<spdlog::logger>("rollcall", sink);
  logger->set_formatter(log.format == "json" ? json_formatter() : text_formatter());
  // from_str() takes "error" as well as "err". Unknown names would mean "off", but the settings
  // have been checked.
  logger->set_level(spdlog::level::from_str(log.level));
  logger->flush_on(spdlog::level::trace);
  spdlog::set_default_logger(logger);
}

}  // namespace rollcall::app
