// The daemon runs out of file descriptors: it serves open connections, and accepts new ones later.
#include <sys/resource.h>

#include <iterator>
#include <numeric>

#include "tests/support/catch.hpp"
#include "tests/support/daemon/loops.hpp"
#include "tests/support/daemon/users.hpp"

namespace rollcall::tests {

namespace {

std::size_t open_descriptors(pid_t pid) {
  const std::filesystem::directory_iterator entries("/proc/" + std::to_string(pid) + "/fd");
  return static_cast<std::size_t>(std::distance(begin(entries), end(entries)));
}

/// Sets the soft limit of open files of a running process.
void limit_descriptors(pid_t pid, rlim_t count) {
  rlimit limit{};
  REQUIRE(::prlimit(pid, RLIMIT_NOFILE, nullptr, &limit) == 0);
  limit.rlim_cur = count;
  REQUIRE(::prlimit(pid, RLIMIT_NOFILE, &limit, nullptr) == 0);
}

/// Opens connections and sends one request on each; reads no answer.
std::vector<std::unique_ptr<HttpClient>> requesting_clients(std::uint16_t port) {
  std::vector<std::unique_ptr<HttpClient>> clients;
  for (int i = 0; i < 24; ++i) {
    clients.push_back(std::make_unique<HttpClient>(port));
    clients.back()->send(Request{.target = "/users/2"}.bytes());
  }
  return clients;
}

/// Waits until the daemon has noticed that all connections but this many are closed.
void wait_until_left(std::uint16_t admin_port, int connections) {
  const auto end = std::chrono::steady_clock::now() + patience;
  for (;;) {
    const auto counts = connections_by_loop(admin_port);
    if (std::accumulate(counts.begin(), counts.end(), 0) == connections) return;
    if (std::chrono::steady_clock::now() > end) FAIL("connections that were closed stay");
  }
}

}  // namespace

TEST_CASE(
    "out of file descriptors the daemon serves its open connections, and accepts again later") {
  const int loops = GENERATE(1, 3);
  SampleDaemon sample(loops);
  auto& daemon = sample.process();
  auto open_client = sample.connect();
  // UBSan needs a descriptor when it first checks an object of a class: these requests let it do
  // so.
  for (const auto& client : requesting_clients(sample.port())) CHECK(client->read().status == 200);
  REQUIRE(open_client.get("/users/1").status == 200);
  REQUIRE(open_client.get("/users/1").status == 200);  // from the cache
  REQUIRE(open_client.write("PATCH", "/users/5", R"({"name":"Ada"})").status == 200);
  HttpClient admin(daemon.admin_port());
  REQUIRE(admin.get("/ready").status == 200);
  REQUIRE(admin.get("/live").status == 200);
  for (int round = 0; round < 2; ++round) {
    wait_until_left(daemon.admin_port(), 1);  // open_client
    const auto limit = open_descriptors(daemon.pid()) + 4;
    limit_descriptors(daemon.pid(), limit);
    auto clients = requesting_clients(sample.port());
    const auto end = std::chrono::steady_clock::now() + patience;
    while (open_descriptors(daemon.pid()) < limit) {
      // Each request also makes the loop of open_client run.
      REQUIRE(open_client.get("/users/3").status == 200);
      if (std::chrono::steady_clock::now() > end) FAIL("the descriptors never become short");
    }
    for (int i = 0; i < 5; ++i) {
      CHECK(open_client.get("/users/" + std::to_string(10 + i)).status == 200);
      CHECK(open_client.write("PATCH", "/users/5", R"({"name":"Ada"})").status == 200);
    }
    CHECK(admin.get("/live").status == 200);
    clients.clear();
    wait_for_accepting(sample.port());  // while the limit is still low
    limit_descriptors(daemon.pid(), 1'024);
    // Every loop accepts again: else some of these requests would get no answer.
    for (const auto& client : connections_on_every_loop(daemon, loops)) {
      CHECK(client->get("/users/42").status == 200);
    }
  }
}

TEST_CASE("more connections than the settings allow are refused before descriptors are short") {
  const int loops = GENERATE(1, 3);
  DaemonOptions options{.loops = loops, .set = {"http.max_connections=40"}};
  options.spawn.descriptors = 104;  // 40 and the 64 that the daemon keeps for itself
  DaemonProcess daemon(options);
  std::vector<std::unique_ptr<HttpClient>> clients;
  int served = 0;
  for (int i = 0; i < 200; ++i) {
    clients.push_back(std::make_unique<HttpClient>(daemon.port()));
    try {
      served += clients.back()->get("/").status == 200 ? 1 : 0;
    } catch (const ConnectionClosed&) {
      continue;
    }
  }
  CHECK(served <= 40);
  CHECK(served > 40 - loops);  // each loop takes its equal part, in whole connections
  CHECK(ask_once(daemon.admin_port(), {.target = "/ready"}).status == 200);
  clients.clear();
  wait_for_accepting(daemon.port());
}

TEST_CASE("connections that would not fit under the limit of open files are refused at start") {
  const TempDir folder;
  Spawn spawn{.arguments = serve_arguments(
                  {.database = folder / "users.db", .set = {"http.max_connections=41"}})};
  spawn.stderr_file = folder / "stderr";
  spawn.descriptors = 104;
  ChildProcess daemon(spawn);
  const auto exit_code = daemon.wait();
  const auto log = read_file(folder / "stderr");
  INFO(log);
  CHECK((exit_code == 1 || exit_code == 2));
  CHECK(log.find("http.max_connections") != std::string::npos);
  check_no_sanitizer_report(log);
}

TEST_CASE("the daemon raises its limit of open files to what it may have") {
  DaemonProcess daemon;
  rlimit limit{};
  REQUIRE(::prlimit(daemon.pid(), RLIMIT_NOFILE, nullptr, &limit) == 0);
  CHECK(limit.rlim_cur == limit.rlim_max);
}

}  // namespace rollcall::tests
