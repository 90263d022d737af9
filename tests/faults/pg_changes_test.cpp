// Who follows the log of changes, while nodes that write are killed and other programs write.
#include <array>
#include <atomic>
#include <cstdlib>
#include <future>
#include <map>
#include <memory>
#include <optional>

#include "tests/support/catch.hpp"
#include "tests/support/daemon/loops.hpp"
#include "tests/support/daemon/users.hpp"
#include "tests/support/http/events.hpp"
#include "tests/support/http/load.hpp"
#include "tests/support/postgres/service.hpp"
#include "tests/support/progress.hpp"

namespace rollcall::tests {

namespace {

using Ports = std::array<std::atomic<std::uint16_t>, 2>;
using Versions = std::map<std::int64_t, std::int64_t>;  // by user

/// The user whose creation is the last change.
constexpr std::int64_t last_user = 1'000'000'000;

/// A copy of the directory, made of the log alone. Each change must follow the one before of its
/// user, and no change may come late or twice; else `follow` throws.
class Copy {
 public:
  /// Reads pages of changes up to the last one, at whichever node is there.
  void follow_pages(const Ports& nodes, Progress& progress) {
    std::string target = "/changes?after=0&limit=40";
    for (std::size_t turn = 0; !complete(); ++turn) {
      try {
        HttpClient client(nodes.at(turn % nodes.size()));
        while (!complete()) {
          const auto answer = client.get(target);
          if (answer.status == 503 || answer.status == 504) break;
          if (answer.status != 200) throw std::runtime_error("answered " + answer.body);
          const auto page = answer.json();
          for (const auto& change : page.at("changes")) take(change);
          target = page.at("next").get<std::string>();
          progress.step();
          if (page.at("changes").empty()) break;
        }
      } catch (const ConnectionClosed&) {
        // Its node was killed.
      }
    }
  }

  /// Reads streams of events up to the last one, each resumed where the one before has ended.
  void follow_events(const Ports& nodes, Progress& progress) {
    std::string position = "0";
    for (std::size_t turn = 0; !complete(); ++turn) {
      try {
        EventStream stream(nodes.at(turn % nodes.size()), "/events", {{"Last-Event-ID", position}});
        while (!complete()) {
          const auto event = stream.next();
          position = stream.last_id();
          if (!event) break;
          take(Json::parse(event->data));
          progress.step();
        }
      } catch (const ConnectionClosed&) {
        // Its node was killed.
      } catch (const NoStream& refused) {
        if (refused.status != 503 && refused.status != 504) throw;
      }
    }
  }

  const Versions& users() const { return users_; }

 private:
  bool complete() const { return users_.contains(last_user); }

  void take(const Json& change) {
    const auto seq = change.at("seq").get<std::int64_t>();
    const auto user = change.at("user").get<std::int64_t>();
    const auto version = change.at("version").get<std::int64_t>();
    const auto kind = change.at("kind").get<std::string>();
    const auto known = users_.find(user);
    const bool exists = known != users_.end();
    const bool follows = kind == "created"   ? !exists && version == 1
                         : kind == "updated" ? exists && version == known->second + 1
                                             : exists && version == known->second;
    if (seq <= seq_ || !follows) throw std::runtime_error("out of order: " + change.dump());
    seq_ = seq;
    if (kind == "deleted") {
      users_.erase(user);
    } else {
      users_[user] = version;
    }
  }

  std::int64_t seq_ = 0;
  Versions users_;
};

/// Another program: changes and deletes users that nodes have created, in transactions of several
/// statements.
void meddle(const PgDatabase& database, const Finish& finish) {
  auto client = database.client();
  while (!finish.now) {
    client.execute(
        "BEGIN; INSERT INTO users (name, version, created_at, updated_at) VALUES ('M', 1, 0, 0); "
        "UPDATE users SET version = version + 1 WHERE id IN "
        "(SELECT id FROM users ORDER BY random() LIMIT 3 FOR UPDATE SKIP LOCKED); "
        "DELETE FROM users WHERE id IN (SELECT id FROM users WHERE name = 'M' ORDER BY id LIMIT 1 "
        "FOR UPDATE SKIP LOCKED); COMMIT");
  }
}

/// How often a node is killed. By hand more: CHANGES_ROUNDS=100.
int rounds() {
  const char* given = std::getenv("CHANGES_ROUNDS");
  return given != nullptr ? std::atoi(given) : 4;
}

using Follow = void (Copy::*)(const Ports&, Progress&);

/// Two nodes write, and are killed in turn, while another program writes too and a copy is made.
/// Fails the test where the copy is not the table at the end.
void check_copy(Follow follow) {
  const PgDatabase database;
  Ports ports{};
  std::array<std::unique_ptr<DaemonProcess>, 2> nodes;
  const auto start = [&](std::size_t i) {
    nodes.at(i) = std::make_unique<DaemonProcess>(pg_node(database.url()));
    wait_for_every_part(nodes.at(i)->admin_port());
    ports.at(i) = nodes.at(i)->port();
  };
  start(0);
  start(1);
  Copy copy;
  Finish finish_writing;
  Progress read;
  auto meddler = std::async(std::launch::async, [&] { meddle(database, finish_writing); });
  auto follower = std::async(std::launch::async, [&] { (copy.*follow)(ports, read); });
  const Load::Shape writers{.readers = 0, .writers = 4, .population = 1, .deletes = true};
  for (int round = 0; round < rounds(); ++round) {
    const auto killed = static_cast<std::size_t>(round % 2);
    Load dying(ports.at(killed), writers);
    Load other(ports.at(1 - killed), writers);
    dying.wait_for_writes(30 + 7 * round % 40);
    other.wait_for_writes(30);
    read.wait_for(3);
    nodes.at(killed)->kill();
    dying.collect();
    other.wait_for_writes(20);
    other.finish();
    start(killed);
  }
  finish_writing.now = true;
  meddler.get();
  auto client = database.client();
  client.execute("INSERT INTO users (id, name, version, created_at, updated_at) VALUES (" +
                 std::to_string(last_user) + ", 'Last', 1, 0, 0)");
  follower.get();
  CHECK(client.number("SELECT count(*) FROM users") == std::ssize(copy.users()));
  std::string expected;
  for (const auto& [user, version] : copy.users()) {
    expected += std::to_string(user) + " " + std::to_string(version) + ",";
  }
  CHECK(client.text("SELECT string_agg(id || ' ' || version || ',', '' ORDER BY id) FROM users") ==
        expected);
}

}  // namespace

TEST_CASE("who follows the changes has the table, whichever nodes are killed while they write") {
  check_copy(&Copy::follow_pages);
}

TEST_CASE("who follows the events has the table, whichever nodes are killed while they write") {
  check_copy(&Copy::follow_events);
}

}  // namespace rollcall::tests
