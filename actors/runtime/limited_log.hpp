// A log with a rate limit: one line a second for each cause.
#pragma once

#include <cstddef>
#include <functional>
#include <string>
#include <unordered_map>

#include <spdlog/common.h>

#include "actors/runtime/clock.hpp"

namespace rollcall::actors {

/// Whatever may be logged for each request goes through one of these. The first line of a cause is
/// logged at once. Those that follow within a second are counted, and at its end the last of them
/// is logged with their number; so it goes on from second to second while there are any. Belongs to
/// the thread of one loop; never blocks but as spdlog does.
class LimitedLog {
 public:
  /// `schedule` runs a callback later on this loop, by the loop's clock.
  explicit LimitedLog(Schedule schedule) : schedule_(std::move(schedule)) {}
  LimitedLog(const LimitedLog&) = delete;
  LimitedLog& operator=(const LimitedLog&) = delete;
  /// Logs what was counted and not told yet.
  ~LimitedLog();

  /// `cause` says which lines are alike; it is not logged. Beyond 64 causes within a second the
  /// further ones count as one.
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
    std::size_t count = 0;  // since one was logged
    Timer timer{};
  };

  void wait(const std::string& cause);
  static void tell(const Cause& cause);

  Schedule schedule_;
  std::unordered_map<std::string, Cause> causes_{};
};

}  // namespace rollcall::actors
