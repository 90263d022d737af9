#include "tests/support/daemon/child_process.hpp"

#include <fcntl.h>
#include <linux/capability.h>
#include <linux/close_range.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <csignal>
#include <cstdlib>
#include <stdexcept>
#include <string_view>
#include <system_error>

extern char** environ;

namespace rollcall::tests {
namespace {

[[noreturn]] void fail(const std::string& what) {
  throw std::system_error(errno, std::generic_category(), what);
}

bool is_variable(std::string_view entry, std::string_view name) {
  return entry.size() > name.size() && entry.starts_with(name) && entry[name.size()] == '=';
}

std::vector<std::string> environment_of(const Spawn& spawn) {
  std::vector<std::string> entries;
  for (char** entry = environ; *entry != nullptr; ++entry) {
    bool keep = !is_variable(*entry, "DATABASE_URL") && !is_variable(*entry, "PORT");
    for (const auto& [name, value] : spawn.environment) keep = keep && !is_variable(*entry, name);
    if (keep) entries.emplace_back(*entry);
  }
  for (const auto& [name, value] : spawn.environment) entries.push_back(name + "=" + value);
  return entries;
}

std::vector<char*> pointers_to(std::vector<std::string>& words) {
  std::vector<char*> pointers;
  for (auto& word : words) pointers.push_back(word.data());
  pointers.push_back(nullptr);
  return pointers;
}

/// In the child, between fork and exec: nothing here may allocate.
[[noreturn]] void become(const Spawn& spawn, char* const* argv, char* const* envp, int out,
                         int err) {
  ::prctl(PR_SET_PDEATHSIG, SIGKILL);
  ::dup2(out, STDOUT_FILENO);
  if (err >= 0) ::dup2(err, STDERR_FILENO);
  // A socket that a child has inherited stays open when the test closes it.
  ::close_range(STDERR_FILENO + 1, ~0U, CLOSE_RANGE_CLOEXEC);
  if (spawn.pass >= 0) ::fcntl(spawn.pass, F_SETFD, 0);
  if (!spawn.working_folder.empty() && ::chdir(spawn.working_folder.c_str()) != 0) ::_exit(126);
  if (spawn.descriptors) {
    const rlimit limit{.rlim_cur = *spawn.descriptors, .rlim_max = *spawn.descriptors};
    if (::setrlimit(RLIMIT_NOFILE, &limit) != 0) ::_exit(126);
  }
  if (spawn.ignore_file_size_signal) ::signal(SIGXFSZ, SIG_IGN);
  // Fails for users other than root, who have no such capability to give up.
  if (spawn.obey_file_modes) ::prctl(PR_CAPBSET_DROP, CAP_DAC_OVERRIDE, 0, 0, 0);
  ::execvpe(argv[0], argv, envp);
  ::_exit(127);
}

}  // namespace

ChildProcess::ChildProcess(const Spawn& spawn) {
  std::vector<std::string> words{spawn.program};
  words.insert(words.end(), spawn.arguments.begin(), spawn.arguments.end());
  auto entries = environment_of(spawn);
  const auto argv = pointers_to(words);
  const auto envp = pointers_to(entries);

  int ends[2];
  if (::pipe2(ends, O_CLOEXEC) != 0) fail("pipe2");
  stdout_ = Descriptor(ends[0]);
  const Descriptor out(ends[1]);
  Descriptor error_file;
  int err = spawn.stderr_to;
  if (!spawn.stderr_file.empty()) {
    error_file = Descriptor(
        ::open(spawn.stderr_file.c_str(), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0644));
    if (!error_file.open()) fail("open " + spawn.stderr_file.string());
    err = error_file.get();
  }
  pid_ = ::fork();
  if (pid_ < 0) fail("fork");
  if (pid_ == 0) become(spawn, argv.data(), envp.data(), out.get(), err);
  // Not by its name: the header of glibc 2.36 does not declare it for C++.
  pidfd_ = Descriptor(static_cast<int>(::syscall(SYS_pidfd_open, pid_, 0)));
  if (!pidfd_.open()) {
    const int why = errno;
    ::kill(pid_, SIGKILL);
    ::waitpid(pid_, nullptr, 0);
    throw std::system_error(why, std::generic_category(), "pidfd_open");
  }
}

ChildProcess::~ChildProcess() {
  if (!running()) return;
  ::kill(pid_, SIGKILL);
  ::waitpid(pid_, nullptr, 0);
}

void ChildProcess::signal(int number) const {
  if (!running()) throw std::logic_error("the process has ended already");
  if (::kill(pid_, number) != 0) fail("kill");
}

std::optional<int> ChildProcess::wait(std::chrono::milliseconds limit) {
  if (exit_code_) return exit_code_;
  if (!pidfd_.wait_readable(limit)) return std::nullopt;
  int status = 0;
  if (::waitpid(pid_, &status, 0) != pid_) fail("waitpid");
  exit_code_ = WIFEXITED(status) ? WEXITSTATUS(status) : -WTERMSIG(status);
  return exit_code_;
}

bool ChildProcess::read_more() {
  if (!stdout_.wait_readable()) throw std::runtime_error("no output and no end of it");
  char buffer[4096];
  const auto got = ::read(stdout_.get(), buffer, sizeof buffer);
  if (got < 0) fail("read");
  unread_.append(buffer, static_cast<std::size_t>(got));
  return got > 0;
}

std::optional<std::string> ChildProcess::read_line() {
  for (;;) {
    if (const auto end = unread_.find('\n'); end != std::string::npos) {
      auto line = unread_.substr(0, end);
      unread_.erase(0, end + 1);
      return line;
    }
    if (!read_more()) return std::nullopt;
  }
}

std::string ChildProcess::read_all() {
  while (read_more()) {
  }
  return std::exchange(unread_, {});
}

}  // namespace rollcall::tests
