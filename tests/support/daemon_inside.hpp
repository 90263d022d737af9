// The daemon inside the test's own process, where its actors can be killed one by one.
#pragma once

#include <filesystem>
#include <future>
#include <memory>
#include <string>
#include <vector>

#include "app/daemon.hpp"
#include "tests/support/http_client.hpp"
#include "tests/support/temp_dir.hpp"

namespace rollcall::tests {

/// Settings for a daemon on ports of the kernel's choice.
config::Settings inside_settings(const std::filesystem::path& database, int loops);

/// A daemon with 100 users, "Guest 1" to "Guest 100". Stopped by the destructor.
class DaemonInside {
 public:
  explicit DaemonInside(int loops, int max_restarts = 5);
  ~DaemonInside();

  app::Daemon& operator*() { return *daemon_; }
  app::Daemon* operator->() { return daemon_.get(); }
  HttpClient connect() const { return HttpClient(daemon_->port()); }

  /// How often the child of this name was restarted.
  int restarts(const std::string& name);
  /// Ends the actor by an exception of its own, and waits until its successor is there.
  void kill_and_wait(const std::string& name);
  /// Ends the actor whenever it is there, until the daemon gives up; fails the test where it does
  /// not. How often it was ended.
  int kill_until_failure(const std::string& name);
  /// Waits until the daemon answers a read, a write and a new connection on every loop.
  void wait_until_healed();

 private:
  bool all_alive();

  TempDir folder_;
  int loops_;
  std::promise<void> failure_;
  std::unique_ptr<app::Daemon> daemon_;
};

/// The names of those who serve requests, with one for each loop: "directory-0", "registrar", ...
std::vector<std::string> names_of_actors(int loops);

}  // namespace rollcall::tests
