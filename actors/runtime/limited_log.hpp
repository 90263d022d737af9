// A log with a rate limit: one line a second for each cause.
#pragma once

#include <cstddef>
#include <functional>
#include <string>
#include <unordered_map>

#include <spdlog/common.h>

#include "actors/runtime/clock.hpp"

namespace rollcall::actors {

/// For lines that may be logged for every request. The first line of a cause is logged at once.
/// Further lines within a second are counted; at the end of the second the last of them is logged
/// with the count. The cause is forgotten after a second without a line. Belongs to the thread of
/// one loop; blocks only where spdlog does.
class LimitedLog {
 public:
  /// `schedule` sets the timers of this log, on its loop.
  explicit LimitedLog(Schedule schedule) : schedule_(std::move(schedule)) {}
  LimitedLog(const LimitedLog&) = delete;
  LimitedLog& operator=(const LimitedLog&) = delete;
  /// Logs the counts that were not logged yet.
  ~LimitedLog();

  /// Lines with the same `cause` share one limit; the cause is not logged. All causes beyond 64 at
  /// a time share one limit. A count is logged at the level of the first line of its cause.
  void say(spdlog::level::level_enum level, std::string cause, std::string line);
  void error(std::string cause, std::string line) {
    say(spdlog::level::err, std::move(cause), std::move(line));
  }
  void warn(std::string cause, std::string line) {
    say(spdlog::level::warn, std::move(cause), std::move(line));
  }

 private:
  struct Cause {
    spdlog::level::level_enum level;
    std::string line{};     // the last one
    std::size_t count = 0;  // lines since the last one that was logged
    Timer timer{};
  };

  void wait(const std::string& cause);
  static void tell(const Cause& cause);

  Schedule schedule_;
  std::unordered_map<std::string, Cause> causes_{};
};

}  // namespace rollcall::actors
