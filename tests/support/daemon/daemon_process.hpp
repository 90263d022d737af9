// The real daemon, as a process of its own on ports that the kernel chooses.
#pragma once

#include <cstdint>
#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "tests/support/daemon/child_process.hpp"
#include "tests/support/daemon/command.hpp"
#include "tests/support/temp_dir.hpp"

namespace rollcall::tests {

struct DaemonOptions {
  std::filesystem::path database{};  // SQLite; empty: one in a folder of its own
  std::string url{};                 // of another database, instead
  int loops = 1;
  int lame_duck_s = 0;
  std::vector<std::string> set{};        // further settings, "key=value"
  std::vector<std::string> arguments{};  // further arguments
  Spawn spawn{};                         // what surrounds the process; its arguments are replaced
};

/// The arguments that start a daemon with these options.
std::vector<std::string> serve_arguments(const DaemonOptions& options);

/// Listens when the constructor is done, and throws, with what the daemon said, when it does not.
/// The destructor stops it by SIGTERM, where the test has not ended it before, and fails the test
/// if it does not end with 0, or if a sanitizer has complained.
class DaemonProcess {
 public:
  explicit DaemonProcess(DaemonOptions options = {});
  ~DaemonProcess();

  std::uint16_t port() const { return port_; }
  std::uint16_t admin_port() const { return admin_port_; }
  pid_t pid() const { return child_->pid(); }
  const std::filesystem::path& database() const { return options_.database; }
  /// What it wrote to stderr so far; empty where the test reads that itself.
  std::string log() const;

  void signal(int number) const { child_->signal(number); }
  std::optional<int> wait(std::chrono::milliseconds limit = patience) {
    return child_->wait(limit);
  }
  /// SIGTERM, and the exit code; fails the test if it does not end.
  int stop();
  /// SIGKILL, and waits for the end.
  void kill();

 private:
  void read_ports();

  TempDir folder_;
  DaemonOptions options_;
  std::unique_ptr<ChildProcess> child_;
  std::uint16_t port_ = 0;
  std::uint16_t admin_port_ = 0;
};

}  // namespace rollcall::tests
