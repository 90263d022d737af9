// The daemon inside the test's own process, where its actors can be killed one by one.
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

/// Settings for a daemon on ports of the kernel's choice.
config::Settings inside_settings(const std::filesystem::path& database, int loops);

/// A daemon with 100 users, "Guest 1" to "Guest 100". Stopped by the destructor.
class DaemonInside {
 public:
  explicit DaemonInside(int loops, int max_restarts = 5);
  ~DaemonInside();

  app::Daemon& operator*() { return *daemon_; }
  app::Daemon* operator->() { return daemon_.get(); }
  std::filesystem::path database() const { return folder_ / "users.db"; }
  HttpClient connect() const { return HttpClient(daemon_->port()); }

  /// How often the child of this name was restarted.
  int restarts(const std::string& name);
  /// Whether the actor of this name is there.
  bool runs(const std::string& name);
  /// Ends the actor; false where none of this name is alive.
  bool crash(const std::string& name, actors::TestCrash::Way way);
  /// Ends the actor, and waits until its successor is there.
  void crash_and_wait(const std::string& name, actors::TestCrash::Way way);
  /// Ends the actor whenever it is there, until the daemon gives up; fails the test where it does
  /// not. How often it was ended.
  int crash_until_failure(const std::string& name, actors::TestCrash::Way way);
  /// Waits until the daemon answers a read, a write and a new connection on every loop.
  void wait_until_healed();

 private:
  bool all_alive();

  TempDir folder_;
  int loops_;
  std::promise<void> failure_;
  std::unique_ptr<app::Daemon> daemon_;
};

/// Both ways to end an actor, each in turn: what follows in the test case is run once for each.
actors::TestCrash::Way any_way_to_crash();
/// "by an exception" or "by an exit".
std::string shown(actors::TestCrash::Way way);

/// The names of the actors that serve requests, with one for each loop: "user-lookup-0",
/// "write-sequencer", ...
std::vector<std::string> names_of_actors(int loops);

}  // namespace rollcall::tests
