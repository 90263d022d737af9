#include "tests/support/daemon/forked.hpp"

#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <csignal>
#include <cstdlib>
#include <system_error>

namespace rollcall::tests {

namespace {

[[noreturn]] void run_child(const std::function<std::string()>& work, int out) {
  const std::string said = work();
  const bool sent = ::write(out, said.data(), said.size()) == static_cast<ssize_t>(said.size());
  ::close(out);
  if (!sent) ::_exit(1);
  while (::pause() != 0) {
  }
  ::_exit(0);
}

}  // namespace

Forked::Forked(const std::function<std::string()>& work) {
  std::array<int, 2> pipe{};
  if (::pipe(pipe.data()) != 0) throw std::system_error(errno, std::generic_category(), "pipe");
  pid_ = ::fork();
  if (pid_ < 0) throw std::system_error(errno, std::generic_category(), "fork");
  if (pid_ == 0) {
    ::close(pipe[0]);
    run_child(work, pipe[1]);
  }
  ::close(pipe[1]);
  std::array<char, 1024> buffer{};
  ssize_t size = 0;
  while ((size = ::read(pipe[0], buffer.data(), buffer.size())) > 0) {
    said_.append(buffer.data(), static_cast<std::size_t>(size));
  }
  ::close(pipe[0]);
}

void Forked::kill() {
  if (pid_ < 0) return;
  ::kill(pid_, SIGKILL);
  ::waitpid(pid_, nullptr, 0);
  pid_ = -1;
}

void become_nobody() {
  constexpr uid_t nobody = 65'534;
  if (::geteuid() == 0 && ::setresuid(nobody, nobody, nobody) != 0) ::abort();
}

}  // namespace rollcall::tests
