// The clients of a simulation. Each sends to one loop of one node, one request after the other. No
// client sends a condition with a date.
#pragma once

#include <deque>
#include <string>
#include <vector>

#include "tests/simulator/history.hpp"
#include "tests/simulator/node.hpp"

namespace rollcall::simulator {

class Clients {
 public:
  /// Makes for each HTTP loop of each node `per_loop` clients and one follower. A follower may read
  /// a user as soon as another loop of its node has acknowledged a write of that user.
  Clients(Scheduler& scheduler, std::vector<Node*> nodes, int per_loop, int users);

  /// Starts all clients, which send requests until `end`.
  void start(TimePoint end);
  /// Reads every user on every loop once more, and the readiness of every node.
  void ask_all();

  const History& history() const { return history_; }
  History& history() { return history_; }

 private:
  struct Client {
    int number;
    std::size_t node;
    std::size_t loop;
    std::vector<State> seen{};  // by user
  };

  void next(std::size_t client);
  void follow(const Operation& write);
  void ask(std::size_t client);
  void serve(Operation operation, http::Operation request, std::size_t client);
  void answered(std::size_t operation, std::size_t client, const http::Response& response);
  http::Operation request_for(Operation& operation, const Client& client);
  CreateUser create(Operation& operation, UserFields fields);
  Kind draw_kind();

  Scheduler& scheduler_;
  std::vector<Node*> nodes_;
  std::vector<Client> clients_{};
  std::deque<CreateUser> keyed_{};  // the last creates with a key, which are repeated
  std::size_t followers_ = 0;       // index: the clients from here on are followers
  std::int64_t users_;              // the largest id that any client knows
  TimePoint end_{};
  History history_{};
};

}  // namespace rollcall::simulator
