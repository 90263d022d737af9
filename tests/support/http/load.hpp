// Clients that read and write without pause, and know at each moment what they have to read.
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

/// What a client knows of its user after its last answers: one of these names, or, where the empty
/// text is among them, that it is gone.
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
/// and `readers` clients, each reading the users 1 to `population`. Each answer is compared with
/// what was promised: an acknowledged write is read; a refused one (503, 504, but for
/// outcome-unknown) was not applied; each request has one answer, its own.
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

  /// Blocks until this many more requests have been answered; fails the test where they are not.
  void wait_for_answers(int count);
  /// The same with those that succeeded.
  void wait_for_successes(int count);
  /// The same with writes that were acknowledged.
  void wait_for_writes(int count);
  /// Ends the clients after their current request, and returns what they met.
  LoadReport finish();
  /// The same where the daemon is gone: clients end by losing their connections.
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

/// Fails the test unless each user is as it was left, asked over this connection.
void check_kept(HttpClient& client, const std::vector<Knowledge>& users);

/// Fails the test if a promise was broken, or a connection lost.
void check_all_well(const LoadReport& report);

}  // namespace rollcall::tests
