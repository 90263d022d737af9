// A part of a test that runs in a process of its own.
#pragma once

#include <sys/types.h>

#include <functional>
#include <string>

namespace rollcall::tests {

/// Forks. The child runs `work`, sends its result to the test, and lives until it is killed.
class Forked {
 public:
  explicit Forked(const std::function<std::string()>& work);
  ~Forked() { kill(); }
  Forked(const Forked&) = delete;
  Forked& operator=(const Forked&) = delete;

  pid_t pid() const { return pid_; }
  /// What `work` returned in the child.
  const std::string& said() const { return said_; }
  /// Sends SIGKILL and waits for the end.
  void kill();

 private:
  pid_t pid_ = -1;
  std::string said_;
};

/// A process of root becomes one of nobody, so that modes of files restrict it. For a child only.
void become_nobody();

}  // namespace rollcall::tests
