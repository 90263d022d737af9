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
  std::string url{};                 // of a database to use instead
  int loops = 1;
  int lame_duck_s = 0;
  std::vector<std::string> set{};        // further settings, "key=value"
  std::vector<std::string> arguments{};  // further arguments
  Spawn spawn{};                         // what surrounds the process; its arguments are replaced
};

/// The arguments that start a daemon with these options.
std::vector<std::string> serve_arguments(const DaemonOptions& options);

/// The constructor returns when the daemon listens; it throws, with the output of the daemon, where
/// that never happens. The destructor stops a daemon that still runs by SIGTERM, and fails the test
/// where its exit code is not 0, or where a sanitizer has reported an error.
class DaemonProcess {
 public:
  explicit DaemonProcess(DaemonOptions options = {});
  ~DaemonProcess();

  std::uint16_t port() const { return port_; }
  std::uint16_t admin_port() const { return admin_port_; }
  pid_t pid() const { return child_->pid(); }
  const std::filesystem::path& database() const { return options_.database; }
  /// What it has written to stderr so far; empty where the test reads stderr itself.
  std::string log() const;

  void signal(int number) const { child_->signal(number); }
  std::optional<int> wait(std::chrono::milliseconds limit = patience) {
    return child_->wait(limit);
  }
  /// Sends SIGTERM and returns the exit code; fails the test where the daemon does not end.
  int stop();
  /// Sends SIGKILL and waits for the end.
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
