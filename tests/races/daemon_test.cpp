// A daemon with three loops under mixed load, which is stopped meanwhile. The test is for TSan: run
// it by ./dev test tsan.
#include <atomic>
#include <csignal>
#include <thread>
#include <vector>

#include "tests/support/catch.hpp"
#include "tests/support/daemon/loops.hpp"
#include "tests/support/daemon/users.hpp"
#include "tests/support/http/load.hpp"
#include "tests/support/postgres/service.hpp"

namespace rollcall::tests {

namespace {

constexpr int loops = 3;
constexpr int user_count = 20;

/// Clients that send each request on a connection of its own: for pages, users, and /ready.
class ShortClients {
 public:
  explicit ShortClients(const DaemonProcess& daemon) {
    for (const std::string target : {"/users?limit=10", "/users/3", "/users?after=5&limit=100"}) {
      threads_.emplace_back([this, target, port = daemon.port()] { ask(port, target); });
    }
    threads_.emplace_back([this, port = daemon.admin_port()] { ask(port, "/ready"); });
  }
  ~ShortClients() { finish(); }
  ShortClients(const ShortClients&) = delete;
  ShortClients& operator=(const ShortClients&) = delete;

  /// Ends the clients, and returns how many requests were answered with 200.
  int finish() {
    finish_ = true;
    for (auto& thread : threads_) thread.join();
    threads_.clear();
    return answered_;
  }

 private:
  void ask(std::uint16_t port, const std::string& target) {
    while (!finish_) {
      try {
        if (ask_once(port, {.target = target}).status == 200) ++answered_;
      } catch (const std::exception&) {
        return;  // the daemon has ended, which the test itself checks
      }
    }
  }

  std::atomic<bool> finish_ = false;
  std::atomic<int> answered_ = 0;
  std::vector<std::thread> threads_;
};

/// Reads, writes, pages and short connections, then SIGTERM in the middle of them.
void load_and_stop(DaemonProcess& daemon) {
  create_sample_users(daemon.port(), user_count);
  Load load(daemon.port(), {.readers = 6, .writers = 6, .population = user_count, .deletes = true});
  ShortClients clients(daemon);
  load.wait_for_writes(200);
  load.wait_for_answers(500);
  daemon.signal(SIGTERM);
  CHECK(daemon.wait() == 0);
  CHECK(clients.finish() > 0);
  const auto report = load.collect();
  INFO((report.wrong.empty() ? "" : report.wrong.front()));
  CHECK(report.wrong.empty());
  check_no_sanitizer_report(daemon.log());
}

}  // namespace

TEST_CASE("three loops under mixed load, and their stop, have no data race on SQLite") {
  DaemonProcess daemon({.loops = loops});
  load_and_stop(daemon);
}

TEST_CASE("three loops under mixed load, and their stop, have no data race on PostgreSQL") {
  const PgDatabase database;
  DaemonProcess daemon(pg_node(database.url(), loops));
  wait_for_every_part(daemon.admin_port());
  load_and_stop(daemon);
}

}  // namespace rollcall::tests
