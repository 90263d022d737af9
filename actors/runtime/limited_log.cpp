#include "actors/runtime/limited_log.hpp"

#include <utility>

#include <spdlog/spdlog.h>

namespace rollcall::actors {

namespace {

constexpr std::chrono::seconds interval{1};
constexpr std::size_t most_causes = 64;

}  // namespace

LimitedLog::~LimitedLog() {
  for (const auto& [name, cause] : causes_) {
    if (cause.count > 0) tell(cause);
  }
}

void LimitedLog::say(spdlog::level::level_enum level, std::string cause, std::string line) {
  if (causes_.size() >= most_causes && causes_.count(cause) == 0) cause = "another";
  const auto [found, first] = causes_.try_emplace(cause, Cause{level});
  if (first) {
    spdlog::log(level, "{}", line);
    wait(cause);
  } else {
    found->second.line = std::move(line);
    ++found->second.count;
  }
}

void LimitedLog::wait(const std::string& cause) {
  causes_.at(cause).timer = schedule_(interval, [this, cause] {
    auto& due = causes_.at(cause);
    if (due.count == 0) {
      const auto over = causes_.extract(cause);  // destroys the running timer last
      return;
    }
    tell(due);
    due.count = 0;
    wait(cause);
  });
}

void LimitedLog::tell(const Cause& cause) {
  if (cause.count == 1) {
    spdlog::log(cause.level, "{}", cause.line);
  } else {
    spdlog::log(cause.level, "{} ... and {} more like it in the last second", cause.line,
                cause.count - 1);
  }
}

}  // namespace rollcall::actors
