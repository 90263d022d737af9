// The log goes to a pipe that nobody reads, or whose reader ends; and reloads by SIGHUP.
#include <fcntl.h>
#include <poll.h>
#include <unistd.h>

#include <array>
#include <csignal>
#include <sstream>

#include "tests/support/catch.hpp"
#include "tests/support/daemon/daemon_process.hpp"
#include "tests/support/daemon/users.hpp"
#include "tests/support/http/client.hpp"
#include "tests/support/waiting.hpp"

namespace rollcall::tests {

namespace {

/// A pipe for the log. The test's end does not block.
class Pipe {
 public:
  Pipe() {
    std::array<int, 2> ends{};
    REQUIRE(::pipe2(ends.data(), O_CLOEXEC) == 0);
    read_ = Descriptor(ends[0]);
    write_ = Descriptor(ends[1]);
    REQUIRE(::fcntl(read_.get(), F_SETFL, O_NONBLOCK) == 0);
    // Two pages, to be full soon.
    REQUIRE(::fcntl(read_.get(), F_SETPIPE_SZ, 8'192) == 8'192);
  }
  int writing_end() const { return write_.get(); }
  void close_reading_end() { read_ = Descriptor(); }
  /// Fills the pipe until it has no room for one byte.
  void fill() const {
    const Descriptor filler(
        ::open(("/proc/self/fd/" + std::to_string(write_.get())).c_str(), O_WRONLY | O_NONBLOCK));
    const std::string bytes(4'096, 'x');
    while (::write(filler.get(), bytes.data(), bytes.size()) > 0) {
    }
  }
  bool full() const {
    pollfd asked{write_.get(), POLLOUT, 0};
    return ::poll(&asked, 1, 0) == 0;
  }
  /// Reads what is there now; returns all that was read so far.
  const std::string& read() {
    std::array<char, 65'536> chunk{};
    for (ssize_t size = 1; size > 0;) {
      size = ::read(read_.get(), chunk.data(), chunk.size());
      if (size > 0) text_.append(chunk.data(), static_cast<std::size_t>(size));
    }
    return text_;
  }

 private:
  Descriptor read_;
  Descriptor write_;
  std::string text_;
};

DaemonOptions logging_to(const Pipe& pipe, std::vector<std::string> set = {}) {
  return {.set = std::move(set), .spawn = {.stderr_to = pipe.writing_end()}};
}

bool has(const std::string& text, const std::string& part) {
  return text.find(part) != std::string::npos;
}

/// Each line begins with the time, so none is torn.
void check_whole_lines(const std::string& text) {
  REQUIRE_FALSE(text.empty());
  CHECK(text.back() == '\n');
  std::istringstream lines(text);
  for (std::string line; std::getline(lines, line);) {
    INFO(line);
    CHECK((line.size() > 24 && line.compare(0, 2, "20") == 0 && line[23] == 'Z'));
  }
}

}  // namespace

TEST_CASE("a log that nobody reads blocks nothing, and its reader is told how much was dropped") {
  Pipe pipe;
  DaemonProcess daemon(logging_to(pipe, {"log.level=trace"}));
  HttpClient client(daemon.port());
  daemon.signal(SIGHUP);  // each leaves a line
  int answered = 0;
  wait_until("the pipe does not fill", [&] {
    daemon.signal(SIGHUP);
    answered += client.get("/").status == 200 ? 1 : 0;
    return pipe.full();
  });
  for (int i = 0; i < 200; ++i) {
    daemon.signal(SIGHUP);
    CHECK(client.get("/users").status == 200);
    CHECK(ask_once(daemon.admin_port(), {.target = "/live"}).status == 200);
  }
  wait_until("the loss is not logged", [&] { return has(pipe.read(), "log lines were dropped"); });
  daemon.signal(SIGTERM);
  CHECK(daemon.wait() == 0);
  check_whole_lines(pipe.read());
}

TEST_CASE("a daemon whose log nobody reads starts, and stops by SIGTERM") {
  Pipe pipe;
  pipe.fill();
  DaemonProcess daemon(logging_to(pipe, {"log.format=" + std::string(GENERATE("text", "json"))}));
  CHECK(HttpClient(daemon.port()).get("/").status == 200);
  daemon.signal(SIGTERM);
  CHECK(daemon.wait() == 0);
}

TEST_CASE("a daemon keeps running when the reader of its log ends") {
  Pipe pipe;
  DaemonProcess daemon(logging_to(pipe));
  pipe.close_reading_end();
  daemon.signal(SIGHUP);
  HttpClient client(daemon.port());
  for (int i = 0; i < 50; ++i) CHECK(client.get("/").status == 200);
  daemon.signal(SIGTERM);
  CHECK(daemon.wait() == 0);
}

TEST_CASE("SIGHUP reads the settings again: the level of the log, the rest by its name") {
  const TempDir folder;
  const auto file = folder / "rollcall.toml";
  write_file(file, "[log]\nlevel = \"info\"\n");
  DaemonProcess daemon({.arguments = {"--config", file.string()}});
  write_file(file, "[log]\nlevel = \"warn\"\n[lookup]\nbatch_max = 7\n");
  daemon.signal(SIGHUP);
  wait_until("nothing is reloaded",
             [&] { return has(daemon.log(), "a restart is needed for: lookup.batch_max"); });
  CHECK(has(daemon.log(), "reloaded: log.level"));
  write_file(file, "[log]\nlevel = \"loud\"\nlevle = 1\n");
  daemon.signal(SIGHUP);
  wait_until("no error is logged",
             [&] { return has(daemon.log(), "the settings stay as they were"); });
  CHECK(has(daemon.log(), "rollcall.toml:3: log.levle"));
  CHECK(has(daemon.log(), "rollcall.toml:2: log.level: \"loud\" is none of the choices"));
  CHECK(HttpClient(daemon.port()).get("/").status == 200);
  daemon.signal(SIGTERM);
  CHECK(daemon.wait() == 0);
  CHECK_FALSE(has(daemon.log(), "info stopped"));  // the new level is in effect
}

}  // namespace rollcall::tests
