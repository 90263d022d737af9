// A client that got its 2xx reads its own write, through any connection.
#include <future>

#include "tests/support/catch.hpp"
#include "tests/support/daemon/loops.hpp"
#include "tests/support/daemon/users.hpp"

namespace rollcall::tests {

namespace {

struct Worker {
  std::vector<std::string> wrong{};
  int rounds = 0;
};

/// Writes one user over one connection, and reads it over all the others.
Worker write_and_read(std::uint16_t port, int number) {
  constexpr int rounds = 15;
  constexpr std::size_t readers = 9;
  Worker worker;
  HttpClient writer(port);
  std::vector<HttpClient> connections;
  for (std::size_t i = 0; i < readers; ++i) connections.emplace_back(port);
  const auto target = "/users/" + std::to_string(number);
  const auto expect = [&](const std::string& what, auto&& right) {
    for (auto& connection : connections) connection.send(Request{.target = target}.bytes());
    for (auto& connection : connections) {
      const auto answer = connection.read();
      if (!right(answer)) {
        worker.wrong.push_back(what + ": " + std::to_string(answer.status) + answer.body);
      }
    }
  };
  for (int round = 0; round < rounds; ++round) {
    const auto name = "Name " + std::to_string(round);
    const auto written = writer.write("PATCH", target, Json{{"name", name}}.dump());
    if (written.status != 200) worker.wrong.push_back("PATCH: " + written.body);
    expect(name, [&](const Response& answer) { return answer.body == written.body; });
    ++worker.rounds;
  }
  const auto deleted = writer.ask({.method = "DELETE", .target = target});
  if (deleted.status != 204) worker.wrong.push_back("DELETE: " + deleted.body);
  expect("deleted", [](const Response& answer) { return answer.status == 404; });
  return worker;
}

}  // namespace

TEST_CASE("an acknowledged write is read through any connection, on any loop") {
  const int loops = GENERATE(1, 3);
  SampleDaemon sample(loops);
  std::vector<std::future<Worker>> workers;
  for (int number = 1; number <= 4; ++number) {
    workers.push_back(std::async(std::launch::async, write_and_read, sample.port(), number));
  }
  for (auto& running : workers) {
    const auto worker = running.get();
    INFO((worker.wrong.empty() ? "" : worker.wrong.front()));
    CHECK(worker.wrong.empty());
    CHECK(worker.rounds == 15);
  }
}

TEST_CASE("a create is read through any connection, also where its absence was just read") {
  const int loops = GENERATE(1, 3);
  DaemonProcess daemon({.loops = loops});
  const auto readers = connections_on_every_loop(daemon, loops);
  HttpClient writer(daemon.port());
  for (int id = 1; id <= 20; ++id) {
    const auto target = "/users/" + std::to_string(id);
    for (const auto& reader : readers) REQUIRE(reader->get(target).status == 404);
    REQUIRE(create_user(writer, "Ada") == id);
    for (const auto& reader : readers) REQUIRE(reader->get(target).status == 200);
  }
}

TEST_CASE("with enough connections each loop serves some") {
  const int loops = GENERATE(1, 3);
  SampleDaemon sample(loops);
  const auto clients = connections_on_every_loop(sample.process(), loops);
  const auto served = connections_by_loop(sample.process().admin_port());
  REQUIRE(served.size() == static_cast<std::size_t>(loops));
  for (const auto count : served) CHECK(count >= 1);
  for (const auto& client : clients) CHECK(client->get("/users/42").status == 200);
}

}  // namespace rollcall::tests
