#include "tests/support/daemon/daemon_process.hpp"

#include <csignal>
#include <regex>
#include <stdexcept>

#include "tests/support/catch.hpp"

namespace rollcall::tests {

std::vector<std::string> serve_arguments(const DaemonOptions& options) {
  std::vector<std::string> words{"serve",
                                 "--set",
                                 "http.port=0",
                                 "--set",
                                 "admin.port=0",
                                 "--set",
                                 "http.lame_duck_s=" + std::to_string(options.lame_duck_s),
                                 "--set",
                                 "http.loops=" + std::to_string(options.loops)};
  if (!options.url.empty()) {
    words = words + on_url(options.url);
  } else if (!options.database.empty()) {
    words = words + on_database(options.database);
  }
  for (const auto& setting : options.set)
    words = words + std::vector<std::string>{"--set", setting};
  return words + options.arguments;
}

DaemonProcess::DaemonProcess(DaemonOptions options) : options_(std::move(options)) {
  if (options_.database.empty()) options_.database = folder_ / "users.db";
  Spawn spawn = options_.spawn;
  spawn.arguments = spawn.arguments + serve_arguments(options_);
  if (spawn.stderr_to < 0) spawn.stderr_file = folder_ / "stderr";
  child_ = std::make_unique<ChildProcess>(spawn);
  read_ports();
}

void DaemonProcess::read_ports() {
  static const std::regex announcement(
      R"(listening on http://127\.0\.0\.1:(\d+) \(admin on http://127\.0\.0\.1:(\d+)\))");
  while (const auto line = child_->read_line()) {
    std::smatch found;
    if (!std::regex_match(*line, found, announcement)) continue;
    port_ = static_cast<std::uint16_t>(std::stoi(found[1]));
    admin_port_ = static_cast<std::uint16_t>(std::stoi(found[2]));
    return;
  }
  const auto exit_code = child_->wait();
  throw std::runtime_error("the daemon did not start, exit code " +
                           (exit_code ? std::to_string(*exit_code) : "none") + ":\n" + log());
}

std::string DaemonProcess::log() const {
  return options_.spawn.stderr_to < 0 ? read_file(folder_ / "stderr") : std::string{};
}

int DaemonProcess::stop() {
  child_->signal(SIGTERM);
  const auto exit_code = child_->wait();
  if (!exit_code) FAIL("the daemon does not end after SIGTERM; it said:\n" << log());
  return *exit_code;
}

void DaemonProcess::kill() {
  child_->signal(SIGKILL);
  child_->wait();
}

DaemonProcess::~DaemonProcess() {
  if (child_->running()) {
    child_->signal(SIGTERM);
    const auto exit_code = child_->wait();
    if (!exit_code) {
      FAIL_CHECK("the daemon does not end after SIGTERM; it said:\n" << log());
    } else if (*exit_code != 0) {
      FAIL_CHECK("the daemon ended with " << *exit_code << "; it said:\n" << log());
    }
  }
  check_no_sanitizer_report(log());
}

}  // namespace rollcall::tests
