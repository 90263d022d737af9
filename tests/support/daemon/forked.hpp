// A piece of the test that runs in a process of its own.
#pragma once

#include <sys/types.h>

#include <functional>
#include <string>

namespace rollcall::tests {

/// Forks; the child runs `work`, sends what it returns, and lives until it is killed.
class Forked {
 public:
  explicit Forked(const std::function<std::string()>& work);
  ~Forked() { kill(); }
  Forked(const Forked&) = delete;
  Forked& operator=(const Forked&) = delete;

  pid_t pid() const { return pid_; }
  /// What `work` returned in the child.
  const std::string& said() const { return said_; }
  /// SIGKILL; returns when the child is gone.
  void kill();

 private:
  pid_t pid_ = -1;
  std::string said_;
};

/// Gives up what lets root write where the modes of files say no. For a child only.
void become_nobody();

}  // namespace rollcall::tests
