// Clients that read and write without pause, and check each answer.
#pragma once

#include <condition_variable>
#include <cstdint>
#include <map>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

#include "tests/support/http/client.hpp"

namespace rollcall::tests {

/// What a client knows of its user: it has one of the names in `possible`; an empty name among them
/// means that the user may be deleted.
struct Knowledge {
  std::int64_t id = 0;
  std::vector<std::string> possible{};
};

struct LoadReport {
  std::map<int, int> answers{};      // by status
  int unknown = 0;                   // writes whose outcome is unknown
  std::vector<std::string> wrong{};  // each a promise that was broken
  std::vector<Knowledge> users{};    // of the writers
  bool connection_lost = false;
};

/// `writers` clients, each changing a user of its own and reading it back over a second connection,
/// and `readers` clients, each reading the users 1 to `population`. Each answer is checked: an
/// acknowledged write must be read; a rejected one (504, or 503 other than outcome-unknown) must
/// not have been applied; each request must get exactly its own answer.
class Load {
 public:
  struct Shape {
    int readers = 4;
    int writers = 4;
    int population = 100;
    bool deletes = false;  // writers end by deleting their user and begin anew
  };

  Load(std::uint16_t port, Shape shape);
  ~Load();

  /// Waits until this many more requests have been answered; fails the test where they never are.
  void wait_for_answers(int count);
  /// The same for requests answered with 2xx.
  void wait_for_successes(int count);
  /// The same for acknowledged writes.
  void wait_for_writes(int count);
  /// Ends the clients after their current requests, and returns their report.
  LoadReport finish();
  /// The same after the daemon has ended: the clients end when they lose their connections.
  LoadReport collect();

 private:
  void read(int number);
  void write(int number);
  void note(const Response& response);
  void note_written();
  bool note_read(const Response& response, const Knowledge& user);
  void complain(std::string what);
  bool finished();
  void wait_until(const int& counter, int count);
  template <class Client>
  void run(Client client);

  const std::uint16_t port_;
  const Shape shape_;
  std::mutex mutex_;  // guards what follows
  std::condition_variable changed_;
  LoadReport report_;
  int answered_ = 0;
  int succeeded_ = 0;
  int written_ = 0;
  bool finish_ = false;
  std::vector<std::thread> threads_;
};

/// Fails the test unless each user, read over this connection, has one of its possible names, or is
/// deleted where that is possible.
void check_kept(HttpClient& client, const std::vector<Knowledge>& users);

/// Fails the test if a promise was broken, or a connection lost.
void check_all_well(const LoadReport& report);

}  // namespace rollcall::tests
