// What the daemon holds for clients that do not read, or do not end their requests, is bounded.
#include <fstream>
#include <memory>
#include <string>
#include <vector>

#include "tests/support/catch.hpp"
#include "tests/support/daemon/loops.hpp"
#include "tests/support/daemon/users.hpp"
#include "tests/support/temp_dir.hpp"
#include "tests/support/waiting.hpp"

namespace rollcall::tests {
namespace {

constexpr std::size_t mib = std::size_t{1} << 20U;

// The resident memory of a process, in bytes.
std::size_t resident(pid_t pid) {
  std::ifstream status("/proc/" + std::to_string(pid) + "/status");
  for (std::string word; status >> word;) {
    std::size_t kib = 0;
    if (word == "VmRSS:" && status >> kib) return kib * 1'024;
  }
  throw std::runtime_error("the process has no VmRSS");
}

// 500 users whose names are as long as names may be: a page of them has about 0.5 MB.
void import_long_names(const std::filesystem::path& database) {
  std::string name;
  for (int i = 0; i < 200; ++i) name += "\xf0\x9f\x98\x80";
  std::string lines;
  for (int i = 0; i < 500; ++i) lines += Json{{"name", name}}.dump() + "\n";
  const TempDir folder;
  write_file(folder / "users.ndjson", lines);
  const auto done = run_command({"import", "--set", "database.url=sqlite:" + database.string(),
                                 (folder / "users.ndjson").string()});
  REQUIRE(done.exit_code == 0);
}

// A daemon that may buffer 8 MiB for its clients. It returns freed memory to the system, so that
// its resident memory shows what it holds.
class SmallDaemon {
 public:
  SmallDaemon() {
    import_long_names(folder_ / "users.db");
    DaemonOptions options{.database = folder_ / "users.db",
                          .set = {"http.max_buffered_mib=8", "http.request_timeout_ms=60000"}};
    const char* inherited = std::getenv("ASAN_OPTIONS");
    options.spawn.environment.emplace_back(
        "ASAN_OPTIONS", std::string(inherited == nullptr ? "" : inherited) +
                            ":quarantine_size_mb=1:allocator_release_to_os_interval_ms=100");
    daemon_ = std::make_unique<DaemonProcess>(std::move(options));
    daemon_->port();
    at_start_ = resident(daemon_->pid());
  }

  std::uint16_t port() const { return daemon_->port(); }
  std::size_t buffered() const { return bytes_buffered(daemon_->admin_port()); }
  // TSan takes memory of its own for each byte that it has seen.
  bool grew_less_than(std::size_t bytes) const {
#ifdef __SANITIZE_THREAD__
    bytes *= 8;
#endif
    const auto now = resident(daemon_->pid());
    return now < at_start_ + bytes;
  }
  HttpClient connect() const { return HttpClient(port()); }

  // Connections that have sent these bytes and read nothing.
  std::vector<std::unique_ptr<HttpClient>> clients(int count, const std::string& bytes) const {
    std::vector<std::unique_ptr<HttpClient>> all;
    for (int i = 0; i < count; ++i) {
      all.push_back(std::make_unique<HttpClient>(port(), HttpClient::Buffers::small));
      all.back()->send(bytes);
    }
    return all;
  }

 private:
  TempDir folder_;
  std::unique_ptr<DaemonProcess> daemon_;
  std::size_t at_start_ = 0;
};

TEST_CASE("pages that nobody reads fill half of what may be buffered; lookups are served then") {
  const SmallDaemon daemon;
  auto client = daemon.connect();
  CHECK(client.get("/users/1").status == 200);
  auto unread = daemon.clients(150, Request{.target = "/users?limit=500"}.bytes());
  Response refused;
  wait_until("pages are never refused", [&] {
    refused = client.get("/users?limit=1");
    return refused.status == 503;
  });
  CHECK(slug_of(refused) == "overloaded");
  CHECK(daemon.buffered() < 8 * mib);
  CHECK(daemon.grew_less_than(40 * mib));  // 150 pages have 75 MB
  for (int i = 1; i <= 100; ++i) CHECK(client.get("/users/" + std::to_string(i)).status == 200);
  unread.clear();
  wait_until("the memory is never free", [&] { return daemon.buffered() == 0; });
  CHECK(client.get("/users?limit=500").status == 200);
}

TEST_CASE(
    "requests that are never complete fill what may be buffered, and then others are refused") {
  const SmallDaemon daemon;
  const std::string head =
      "POST /users HTTP/1.1\r\nHost: localhost\r\nContent-Length: 65536\r\n\r\n";
  auto unfinished = daemon.clients(400, head + std::string(60'000, 'x'));
  wait_until("none is refused", [&] { return unfinished.back()->wait_readable({}); });
  CHECK(daemon.buffered() < 9 * mib);
  CHECK(daemon.grew_less_than(100 * mib));
  const auto refused = unfinished.back()->read();
  check_problem(refused, 503, "overloaded", "/users");
  unfinished.clear();
  wait_until("the memory is never free", [&] { return daemon.buffered() == 0; });
  CHECK(daemon.connect().get("/users/1").status == 200);
}

}  // namespace
}  // namespace rollcall::tests
