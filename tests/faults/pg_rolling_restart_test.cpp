// Nodes are replaced one by one while clients read and write.
#include <algorithm>
#include <array>
#include <atomic>
#include <future>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "tests/support/catch.hpp"
#include "tests/support/daemon/loops.hpp"
#include "tests/support/daemon/users.hpp"
#include "tests/support/postgres/service.hpp"
#include "tests/support/progress.hpp"

namespace rollcall::tests {

namespace {

/// The ports of the nodes; 0: the node is not running.
using Ports = std::array<std::atomic<std::uint16_t>, 3>;

/// A client with a user of its own. When its connection ends, or its node answers that it is
/// stopping, it continues at the next node.
class Client {
 public:
  Client(const Ports& ports, int number)
      : ports_(ports),
        next_(static_cast<std::size_t>(number)),
        target_("/users/" + std::to_string(number)),
        possible_{"Guest " + std::to_string(number)} {
    go_on();
  }

  const std::string& target() const { return target_; }
  bool may_be(const std::string& name) const {
    return std::count(possible_.begin(), possible_.end(), name) > 0;
  }
  void change(const std::string& name) {
    possible_.push_back(name);
    try {
      const auto answer = client_->write("PATCH", target_, Json{{"name", name}}.dump());
      if (answer.status == 200) {
        possible_ = {name};
      } else {
        expect_stopping(answer);
        possible_.pop_back();  // not applied
        go_on();
      }
    } catch (const ConnectionClosed&) {
      go_on();
    }
  }
  void check() {
    for (;;) {
      try {
        const auto answer = client_->get(target_, asked_ ? Headers{} : fresh());
        if (answer.status == 200) {
          const auto name = answer.json().at("name").get<std::string>();
          const bool right = may_be(name) && !answer.header("Age");
          if (!right) throw std::runtime_error("should be " + possible_.back() + ": " + name);
          asked_ = true;
          return;
        }
        expect_stopping(answer);
      } catch (const ConnectionClosed&) {
        asked_ = false;
      }
      go_on();
    }
  }

 private:
  // The notification of a write that another node has acknowledged may not have arrived yet.
  static Headers fresh() { return {{"Cache-Control", "no-cache"}}; }
  static void expect_stopping(const Response& answer) {
    if (answer.status == 503 && slug_of(answer) == "shutting-down") return;
    throw std::runtime_error(std::to_string(answer.status) + " " + answer.body);
  }
  void go_on() {
    asked_ = false;
    for (;;) {
      const std::uint16_t port = ports_[next_++ % ports_.size()];
      if (port == 0) continue;
      try {
        client_.emplace(port);
        return;
      } catch (const ConnectionClosed&) {
        continue;
      }
    }
  }

  const Ports& ports_;
  std::size_t next_;
  std::string target_;
  std::vector<std::string> possible_;  // the names that its user may have
  std::optional<HttpClient> client_{};
  bool asked_ = false;  // this connection has read the user
};

}  // namespace

TEST_CASE("nodes are replaced one by one under load, and no client gets a wrong answer") {
  const int loops = GENERATE(1, 3);
  const PgDatabase database;
  std::array<std::unique_ptr<DaemonProcess>, 3> nodes;
  Ports ports{};
  const auto start = [&](std::size_t i) {
    nodes[i] = std::make_unique<DaemonProcess>(
        pg_node(database.url(), loops,
                {"http.request_timeout_ms=30000", "database.statement_timeout_ms=20000"}));
    wait_for_every_part(nodes[i]->admin_port());
    ports[i] = nodes[i]->port();
  };
  for (std::size_t i = 0; i < nodes.size(); ++i) start(i);
  constexpr int count = 6;
  create_sample_users(nodes[0]->port(), count);

  Progress progress;
  std::vector<std::future<Client>> clients;
  Finish finish;  // destroyed before the clients, which are joined
  for (int number = 1; number <= count; ++number) {
    clients.push_back(std::async(std::launch::async, [&, number] {
      Client client(ports, number);
      for (int round = 0; !finish.now; ++round) {
        client.change("Client " + std::to_string(number) + " in " + std::to_string(round));
        client.check();
        progress.step();
      }
      return client;
    }));
  }
  for (int round = 0; round < 2; ++round) {
    for (std::size_t i = 0; i < nodes.size(); ++i) {
      progress.wait_for(100);
      CHECK(nodes[i]->stop() == 0);
      ports[i] = 0;
      progress.wait_for(100);
      start(i);
    }
  }
  progress.wait_for(100);
  finish.now = true;
  for (auto& each : clients) {
    const auto client = each.get();
    for (const auto& node : nodes) {
      const auto fresh = ask_once(
          node->port(), {.target = client.target(), .headers = {{"Cache-Control", "no-cache"}}});
      CHECK(client.may_be(fresh.json().at("name")));
    }
  }
}

}  // namespace rollcall::tests
