// Two nodes on one database, with writers on both.
#include <array>
#include <future>
#include <thread>

#include "tests/support/catch.hpp"
#include "tests/support/daemon/loops.hpp"
#include "tests/support/daemon/users.hpp"
#include "tests/support/http/load.hpp"
#include "tests/support/postgres/service.hpp"
#include "tests/support/progress.hpp"
#include "tests/support/waiting.hpp"

namespace rollcall::tests {

namespace {

constexpr int user_count = 20;

class WritingNodes {
 public:
  explicit WritingNodes(int loops) : loops_(loops), a_(node()), b_(node()) {
    wait_for_every_part(a_.admin_port());
    wait_for_every_part(b_.admin_port());
    create_sample_users(a_.port(), user_count);
  }

  const PgDatabase& database() const { return database_; }
  DaemonProcess& a() { return a_; }
  DaemonProcess& b() { return b_; }

  /// The stored name and version of a user; empty where it does not exist.
  std::string stored(std::int64_t id) const {
    return database_.client().text(
        "SELECT coalesce((SELECT name || ' ' || version FROM users "
        "WHERE id = " +
        std::to_string(id) + "), '')");
  }
  /// Fails the test unless this node answers every user as it is stored: the first users on every
  /// loop, the others on one.
  void check_converged(const DaemonProcess& node, const DaemonProcess& other) const {
    auto database = database_.client();
    auto last = database.number("SELECT max(id) FROM users");
    for (const auto& client : connections_on_every_loop(node, loops_)) {
      hear_all(*client, other);
      for (std::int64_t id = 1; id <= last; ++id) {
        const auto answer = client->get("/users/" + std::to_string(id));
        INFO(answer.status << " " << answer.body);
        CHECK((answer.status == 200 || answer.status == 404));
        CHECK_FALSE(marked_stale(answer));
        std::string answered;
        if (answer.status == 200) {
          const auto user = answer.json();
          answered = user.at("name").get<std::string>() + ' ' +
                     std::to_string(user.at("version").get<std::int64_t>());
        }
        CHECK(answered == stored(database, id));
      }
      last = user_count;
    }
  }

 private:
  static std::string stored(PgClient& database, std::int64_t id) {
    return database.text("SELECT coalesce((SELECT name || ' ' || version FROM users WHERE id = " +
                         std::to_string(id) + "), '')");
  }
  // Writes a mark on the other node and waits until it is read here: notifications arrive in the
  // order of the commits, so all earlier ones have arrived then.
  static void hear_all(HttpClient& client, const DaemonProcess& other) {
    REQUIRE(client.get("/users/1").status == 200);  // cached from now on
    static int marks = 0;
    const auto change = Json{{"name", "Mark " + std::to_string(++marks)}}.dump();
    const auto marked = HttpClient(other.port()).write("PATCH", "/users/1", change);
    REQUIRE(marked.status == 200);
    wait_until("a change is never notified",
               [&] { return client.get("/users/1").body == marked.body; });
  }

  // Timeouts so long that a slow machine does not fail the test.
  DaemonOptions node() const {
    return pg_node(database_.url(), loops_,
                   {"http.request_timeout_ms=50000", "database.statement_timeout_ms=40000"});
  }

  int loops_;
  PgDatabase database_;
  DaemonProcess a_;
  DaemonProcess b_;
};

bool is_rejection(const Response& answer) {
  return (answer.status == 503 || answer.status == 504) && slug_of(answer) != "outcome-unknown";
}

[[noreturn]] void complain(const Response& answer) {
  throw std::runtime_error("not promised: " + std::to_string(answer.status) + " " + answer.body);
}

/// Changes all users repeatedly, on one node.
void meddle(std::uint16_t port, int rounds) {
  HttpClient client(port);
  for (int i = 0; i < rounds; ++i) {
    const auto name = "Of " + std::to_string(port) + " in " + std::to_string(i);
    const auto target = "/users/" + std::to_string(i % user_count + 1);
    const auto answer = client.write("PATCH", target, Json{{"name", name}}.dump());
    if (answer.status != 200) complain(answer);
  }
}

struct Counted {
  int acknowledged = 0;
  int unknown = 0;  // may have been applied
};

/// Counts in the name of user 1: reads it, and writes the next number with If-Match. Ends when its
/// node ends, when it is told to finish, or after this many numbers.
Counted count_up(std::uint16_t port, int numbers, bool replaces, Progress& progress,
                 const Finish& finish) {
  Counted counted;
  bool writing = false;
  try {
    HttpClient client(port);
    while (!finish.now && counted.acknowledged + counted.unknown < numbers) {
      const auto met = client.get("/users/1");
      if (is_rejection(met)) continue;
      if (met.status != 200) complain(met);
      const auto next = std::to_string(std::stoi(met.json().at("name").get<std::string>()) + 1);
      writing = true;
      const auto answer =
          client.write(replaces ? "PUT" : "PATCH", "/users/1", Json{{"name", next}}.dump(),
                       {{"If-Match", met.header("ETag").value()}});
      writing = false;
      if (answer.status == 200) {
        ++counted.acknowledged;
        progress.step();
      } else if (slug_of(answer) == "outcome-unknown") {
        ++counted.unknown;
      } else if (answer.status != 412 && !is_rejection(answer)) {
        complain(answer);
      }
    }
  } catch (const ConnectionClosed&) {
    if (writing) ++counted.unknown;
  }
  return counted;
}

/// Clients on both nodes that count together.
class Counters {
 public:
  Counters(WritingNodes& nodes, int numbers) {
    REQUIRE(HttpClient(nodes.a().port()).write("PUT", "/users/1", R"({"name":"0"})").status == 200);
    for (const auto port : {nodes.a().port(), nodes.b().port()}) {
      for (const bool replaces : {false, true, false}) {
        clients_.push_back(std::async(std::launch::async, [this, port, numbers, replaces] {
          return count_up(port, numbers, replaces, progress_, finish_);
        }));
      }
    }
  }
  Progress& progress() { return progress_; }
  /// Tells the clients to end.
  void stop() { finish_.now = true; }
  /// Waits for their end.
  Counted finish() {
    Counted sum;
    for (auto& client : clients_) {
      const auto counted = client.get();
      sum.acknowledged += counted.acknowledged;
      sum.unknown += counted.unknown;
    }
    return sum;
  }

 private:
  Progress progress_;
  Finish finish_;
  std::vector<std::future<Counted>> clients_;
};

int counter_in(const PgDatabase& database) {
  return std::stoi(database.client().text("SELECT name FROM users WHERE id = 1"));
}

}  // namespace

TEST_CASE("each of two nodes reads its own writes under load of both; in the end all is the same") {
  WritingNodes nodes(GENERATE(1, 3));
  const Load::Shape shape{.readers = 2, .writers = 2, .population = user_count, .deletes = true};
  std::array loads{std::make_unique<Load>(nodes.a().port(), shape),
                   std::make_unique<Load>(nodes.b().port(), shape)};
  {
    auto at_a = std::async(std::launch::async, meddle, nodes.a().port(), 300);
    auto at_b = std::async(std::launch::async, meddle, nodes.b().port(), 300);
    at_a.get();
    at_b.get();
  }
  const std::array reports{loads[0]->finish(), loads[1]->finish()};
  nodes.check_converged(nodes.a(), nodes.b());
  nodes.check_converged(nodes.b(), nodes.a());
  HttpClient at_a(nodes.a().port());
  HttpClient at_b(nodes.b().port());
  for (const auto& report : reports) {
    check_all_well(report);
    check_kept(at_a, report.users);
    check_kept(at_b, report.users);
  }
}

TEST_CASE("no update with If-Match is lost, whichever nodes write") {
  WritingNodes nodes(GENERATE(1, 3));
  Counters counters(nodes, 40);
  const auto counted = counters.finish();
  CHECK(counted.unknown == 0);
  CHECK(counted.acknowledged == 6 * 40);
  CHECK(counter_in(nodes.database()) == counted.acknowledged);
}

TEST_CASE("no update with If-Match is lost, or applied twice, while connections and a node end") {
  WritingNodes nodes(GENERATE(1, 3));
  Counters counters(nodes, 1'000'000);
  for (int round = 0; round < 10; ++round) {
    counters.progress().wait_for(20);
    shared_cluster().terminate(nodes.database().name(), "rollcall write");
  }
  counters.progress().wait_for(20);
  nodes.b().kill();
  counters.progress().wait_for(20);
  counters.stop();
  const auto counted = counters.finish();
  const int counter = counter_in(nodes.database());
  INFO(counted.acknowledged << " acknowledged, " << counted.unknown << " unknown");
  CHECK(counter >= counted.acknowledged);
  CHECK(counter <= counted.acknowledged + counted.unknown);
}

TEST_CASE("of two creates with one e-mail on two nodes exactly one is done") {
  WritingNodes nodes(GENERATE(1, 3));
  std::array<HttpClient, 2> clients{HttpClient(nodes.a().port()), HttpClient(nodes.b().port())};
  for (std::size_t i = 0; i < 50; ++i) {
    const auto email = "race" + std::to_string(i) + "@example.org";
    const Request create{.method = "POST",
                         .target = "/users",
                         .headers = {{"Content-Type", "application/json"}},
                         .body = Json{{"name", "Racer"}, {"email", email}}.dump()};
    clients[i % 2].send(create.bytes());
    clients[1 - i % 2].send(create.bytes());
    std::array answers{clients[0].read(), clients[1].read()};
    if (answers[0].status != 201) std::swap(answers[0], answers[1]);
    REQUIRE(answers[0].status == 201);
    check_problem(answers[1], 409, "email-taken", "/users");
    const auto location = answers[0].header("Location").value();
    for (auto& client : clients) CHECK(client.get(location).json().at("email") == email);
    CHECK(nodes.database().client().number("SELECT count(*) FROM users WHERE email = '" + email +
                                           "'") == 1);
  }
}

}  // namespace rollcall::tests
