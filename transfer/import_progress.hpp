// What an import says while it runs: errors of lines, and on a terminal a progress bar.
#pragma once

#include <chrono>
#include <cstdint>
#include <ostream>
#include <string>

namespace rollcall::app {

/// Writes bar and errors to one stream, so that they do not mix on a line. Not thread-safe.
class ImportProgress {
 public:
  /// `terminal`: whether the stream is one; without it there is no bar. `total_bytes` is what a
  /// full bar stands for.
  ImportProgress(std::ostream& out, bool terminal, std::string file_name, std::int64_t total_bytes);
  /// Removes the bar.
  ~ImportProgress();
  ImportProgress(const ImportProgress&) = delete;
  ImportProgress& operator=(const ImportProgress&) = delete;

  /// Reports what is wrong with the record in these lines, as `file:line: what`.
  void error(std::int64_t first_line, std::int64_t last_line, const std::string& what);
  /// How far the reading is. Draws at most ten times in a second.
  void at(std::int64_t bytes, std::int64_t line);

 private:
  void clear();

  std::ostream& out_;
  bool terminal_;
  std::string file_name_;
  std::int64_t total_bytes_;
  bool drawn_ = false;
  std::chrono::steady_clock::time_point next_draw_{};
};

}  // namespace rollcall::app
