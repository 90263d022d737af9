// A program started by a test: its output, its signals and its end.
#pragma once

#include <sys/types.h>

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "tests/support/network/descriptor.hpp"
#include "tests/support/places.hpp"

namespace rollcall::tests {

struct Spawn {
  std::string program = program_path();
  std::vector<std::string> arguments{};
  /// Added to the environment of the test, from which DATABASE_URL and PORT are always removed.
  std::vector<std::pair<std::string, std::string>> environment{};
  std::filesystem::path working_folder{};      // empty: the test's own
  std::filesystem::path stderr_file{};         // empty: the test's own stderr
  int stderr_to = -1;                          // a descriptor, instead of the file
  int pass = -1;                               // a descriptor that the program inherits
  std::optional<std::uint64_t> descriptors{};  // RLIMIT_NOFILE, soft and hard
  bool ignore_file_size_signal = false;        // SIGXFSZ, so that a write fails with EFBIG instead
  /// Drops CAP_DAC_OVERRIDE, so that modes of files restrict root too.
  bool obey_file_modes = false;
};

/// Killed when the test ends, however it ends. To be started by the main thread: the kernel kills
/// the child when the thread that started it ends.
class ChildProcess {
 public:
  explicit ChildProcess(const Spawn& spawn);
  ~ChildProcess();
  ChildProcess(const ChildProcess&) = delete;
  ChildProcess& operator=(const ChildProcess&) = delete;

  pid_t pid() const { return pid_; }
  bool running() const { return !exit_code_.has_value(); }
  void signal(int number) const;
  /// The exit code, or the negative number of the signal that ended it; nothing when it has not
  /// ended within the limit.
  std::optional<int> wait(std::chrono::milliseconds limit = patience);
  /// The next line of its stdout, without its end; nothing at the end of the output.
  std::optional<std::string> read_line();
  /// What is left of its stdout, up to its end.
  std::string read_all();

 private:
  bool read_more();

  pid_t pid_ = -1;
  Descriptor pidfd_;
  Descriptor stdout_;
  std::string unread_;
  std::optional<int> exit_code_;
};

}  // namespace rollcall::tests
