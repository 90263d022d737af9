#include "tests/support/daemon/command.hpp"

#include <pty.h>
#include <unistd.h>

#include <cerrno>
#include <future>
#include <system_error>

#include "tests/support/catch.hpp"
#include "tests/support/daemon/child_process.hpp"
#include "tests/support/temp_dir.hpp"

namespace rollcall::tests {
namespace {

/// Reads up to the end. When the last writer has closed, a terminal fails with EIO instead of
/// giving an end of file.
std::string read_terminal(int number) {
  std::string text;
  char buffer[4096];
  for (;;) {
    const auto got = ::read(number, buffer, sizeof buffer);
    if (got <= 0) return text;
    text.append(buffer, static_cast<std::size_t>(got));
  }
}

int wait_for(ChildProcess& child) {
  const auto exit_code = child.wait();
  if (!exit_code) FAIL("the command does not end");
  return *exit_code;
}

}  // namespace

void check_no_sanitizer_report(const std::string& text) {
  const bool report = text.find("Sanitizer") != std::string::npos ||
                      text.find("runtime error:") != std::string::npos;
  if (report) FAIL_CHECK("a sanitizer complains:\n" << text);
}

Outcome run_command(const std::vector<std::string>& arguments, const Surroundings& around) {
  const TempDir folder;
  Spawn spawn{.arguments = arguments};
  spawn.environment = around.environment;
  spawn.working_folder = around.working_folder;
  spawn.obey_file_modes = around.obey_file_modes;
  spawn.stderr_file = folder / "stderr";
  ChildProcess child(spawn);
  Outcome outcome;
  outcome.out = child.read_all();
  outcome.exit_code = wait_for(child);
  outcome.err = read_file(spawn.stderr_file);
  check_no_sanitizer_report(outcome.err);
  return outcome;
}

Outcome run_on_terminal(const std::vector<std::string>& arguments) {
  int ours = -1;
  int theirs = -1;
  winsize size{.ws_row = 24, .ws_col = 80, .ws_xpixel = 0, .ws_ypixel = 0};
  if (::openpty(&ours, &theirs, nullptr, nullptr, &size) != 0) {
    throw std::system_error(errno, std::generic_category(), "openpty");
  }
  const Descriptor screen(ours);
  Descriptor terminal(theirs);
  Spawn spawn{.arguments = arguments};
  spawn.stderr_to = terminal.get();
  ChildProcess child(spawn);
  terminal.close();
  auto shown = std::async(std::launch::async, read_terminal, screen.get());
  Outcome outcome;
  outcome.out = child.read_all();
  outcome.exit_code = wait_for(child);
  outcome.err = shown.get();
  check_no_sanitizer_report(outcome.err);
  return outcome;
}

std::vector<std::string> on_url(const std::string& url) { return {"--set", "database.url=" + url}; }

std::vector<std::string> on_database(const std::filesystem::path& file) {
  return on_url("sqlite:" + file.string());
}

std::vector<std::string> operator+(std::vector<std::string> left,
                                   const std::vector<std::string>& right) {
  left.insert(left.end(), right.begin(), right.end());
  return left;
}

}  // namespace rollcall::tests
