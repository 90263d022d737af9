// An acknowledged write was flushed to the disk before its answer, as strace shows.
#include <fcntl.h>
#include <unistd.h>

#include <future>
#include <sstream>

#include "tests/support/catch.hpp"
#include "tests/support/daemon/users.hpp"
#include "tests/support/text.hpp"

namespace rollcall::tests {

namespace {

std::string read_to_end(int descriptor) {
  std::string text;
  char buffer[65'536];
  for (;;) {
    const auto got = ::read(descriptor, buffer, sizeof buffer);
    if (got <= 0) return text;
    text.append(buffer, static_cast<std::size_t>(got));
  }
}

/// A completed flush: its only line, or the second one where strace splits the call.
bool is_flush(const std::string& line) {
  return (contains(line, "fdatasync") || contains(line, "fsync")) && contains(line, "= 0") &&
         !contains(line, "unfinished");
}

/// The beginning of an answer that acknowledges a write.
bool is_acknowledgement(const std::string& line) { return contains(line, "\"HTTP/1.1 20"); }

/// The system calls of a daemon, in order, from strace.
class Trace {
 public:
  Trace() {
    int ends[2];
    REQUIRE(::pipe2(ends, O_CLOEXEC) == 0);
    read_end_ = Descriptor(ends[0]);
    write_end_ = Descriptor(ends[1]);
  }

  DaemonOptions options(int loops) const {
    DaemonOptions options{.loops = loops};
    options.spawn.program = "strace";
    // -D: the daemon stays our child, and strace is its grandchild.
    options.spawn.arguments = {"-D",
                               "-f",
                               "-q",
                               "-e",
                               "trace=fdatasync,fsync,sendto,sendmsg,write,writev",
                               "-o",
                               "/proc/self/fd/" + std::to_string(write_end_.get()),
                               program_path()};
    options.spawn.pass = write_end_.get();
    // LeakSanitizer traces the process itself, and a process can have only one tracer.
    options.spawn.environment = {{"ASAN_OPTIONS", "detect_leaks=0"}};
    return options;
  }
  void start_reading() {
    write_end_.close();
    text_ = std::async(std::launch::async, read_to_end, read_end_.get());
  }
  std::vector<std::string> lines() {
    std::istringstream text(text_.get());
    std::vector<std::string> all;
    for (std::string line; std::getline(text, line);) all.push_back(line);
    return all;
  }

 private:
  Descriptor read_end_;
  Descriptor write_end_;
  std::future<std::string> text_;
};

}  // namespace

TEST_CASE("each acknowledged write was flushed to the disk before its answer") {
  constexpr int rounds = 20;
  Trace trace;
  {
    DaemonProcess daemon(trace.options(GENERATE(1, 3)));
    trace.start_reading();
    HttpClient client(daemon.port());
    for (int i = 1; i <= rounds; ++i) {
      const auto target = "/users/" + std::to_string(i);
      REQUIRE(create_user(client, "Ada") == i);
      REQUIRE(client.write("PATCH", target, R"({"name":"Eve"})").status == 200);
      REQUIRE(client.write("PUT", target, R"({"name":"Bob"})").status == 200);
      REQUIRE(client.write("PUT", target, R"({"name":"Bob"})").status == 200);  // changes nothing
      REQUIRE(client.ask({.method = "DELETE", .target = target}).status == 204);
    }
    REQUIRE(daemon.stop() == 0);
  }
  int acknowledged = 0;
  int unflushed = 0;
  int flushes = 0;
  for (const auto& line : trace.lines()) {
    if (is_flush(line)) ++flushes;
    if (!is_acknowledgement(line)) continue;
    ++acknowledged;
    if (flushes == 0) ++unflushed;
    flushes = 0;
  }
  CHECK(acknowledged == 5 * rounds);
  CHECK(unflushed == 0);
}

}  // namespace rollcall::tests
