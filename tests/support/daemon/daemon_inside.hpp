// A daemon inside the test's own process, whose actors the test can crash one by one.
#pragma once

#include <filesystem>
#include <future>
#include <memory>
#include <string>
#include <vector>

#include "actors/runtime/test_crash.hpp"
#include "app/daemon.hpp"
#include "tests/support/http/client.hpp"
#include "tests/support/temp_dir.hpp"

namespace rollcall::tests {

/// Settings for a daemon on ports that the kernel chooses.
config::Settings inside_settings(const std::filesystem::path& database, int loops);

/// A daemon with 100 users, "Guest 1" to "Guest 100". The destructor stops it, and fails the test
/// where an actor does not stop in time.
class DaemonInside {
 public:
  explicit DaemonInside(int loops, int max_restarts = 5);
  ~DaemonInside();

  app::Daemon& operator*() { return *daemon_; }
  app::Daemon* operator->() { return daemon_.get(); }
  std::filesystem::path database() const { return folder_ / "users.db"; }
  HttpClient connect() const { return HttpClient(daemon_->port()); }

  /// How often the actor of this name was restarted; throws where there is none.
  int restarts(const std::string& name);
  /// Whether the actor of this name is running.
  bool runs(const std::string& name);
  /// Crashes the actor; false where none of this name is running.
  bool crash(const std::string& name, actors::TestCrash::Way way);
  /// Crashes the actor and waits until it was restarted; fails the test where it never is.
  void crash_and_wait(const std::string& name, actors::TestCrash::Way way);
  /// Crashes the actor again after each restart until the daemon fails, and returns how often;
  /// fails the test where the daemon does not fail.
  int crash_until_failure(const std::string& name, actors::TestCrash::Way way);
  /// Waits until every actor runs, and a read and a write succeed on a new connection to every
  /// loop; fails the test where they never do.
  void wait_until_healed();

 private:
  bool all_alive();

  TempDir folder_;
  int loops_;
  std::promise<void> failure_;
  std::unique_ptr<app::Daemon> daemon_;
};

/// Both ways to crash an actor, as a generator of Catch2: the test case runs once for each.
actors::TestCrash::Way any_way_to_crash();
/// "by an exception" or "by an exit".
std::string shown(actors::TestCrash::Way way);

/// The names of the actors that serve requests, with one for each loop: "user-lookup-0",
/// "write-sequencer", ...
std::vector<std::string> names_of_actors(int loops);

}  // namespace rollcall::tests
