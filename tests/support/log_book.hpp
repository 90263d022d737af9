// Collects what the program logs during a test, instead of writing it to stderr.
#pragma once

#include <memory>
#include <sstream>
#include <string>

#include <spdlog/sinks/ostream_sink.h>
#include <spdlog/spdlog.h>

namespace rollcall::tests {

/// Replaces the default logger while it lives. One at a time, and only one thread may log.
class LogBook {
 public:
  LogBook() : before_(spdlog::default_logger()) {
    auto sink = std::make_shared<spdlog::sinks::ostream_sink_st>(text_);
    sink->set_pattern("%v");
    spdlog::set_default_logger(std::make_shared<spdlog::logger>("test", std::move(sink)));
  }
  ~LogBook() { spdlog::set_default_logger(before_); }
  LogBook(const LogBook&) = delete;
  LogBook& operator=(const LogBook&) = delete;

  /// How many lines contain this text.
  int lines(const std::string& part) const {
    std::istringstream all(text_.str());
    int found = 0;
    for (std::string line; std::getline(all, line);) {
      if (line.find(part) != std::string::npos) ++found;
    }
    return found;
  }

 private:
  std::ostringstream text_;
  std::shared_ptr<spdlog::logger> before_;
};

}  // namespace rollcall::tests
