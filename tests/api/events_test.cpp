// GET /events: the log of changes as server-sent events.
#include <csignal>

#include "tests/api/unrecorded.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/daemon/daemon_inside.hpp"
#include "tests/support/daemon/loops.hpp"
#include "tests/support/daemon/users.hpp"
#include "tests/support/http/events.hpp"
#include "tests/support/waiting.hpp"

namespace rollcall::tests {

namespace {

/// The change of the next event; fails the test where the stream has ended.
Json next_change(EventStream& stream) {
  const auto event = stream.next();
  REQUIRE(event);
  auto change = Json::parse(event->data);
  CHECK(event->id == change.at("seq").dump());
  CHECK(event->type == change.at("kind"));
  return change;
}

/// The sum of this counter over all loops, in the admin's /ready.
int counted(const DaemonProcess& daemon, const std::string& name) {
  HttpClient admin(daemon.admin_port());
  const auto ready = admin.get("/ready").json();
  int sum = 0;
  for (const auto& loop : ready.at("loops")) sum += loop.at(name).get<int>();
  return sum;
}

void rename(HttpClient& client, int user, const std::string& name) {
  REQUIRE(client.write("PATCH", "/users/" + std::to_string(user), R"({"name":")" + name + "\"}")
              .status == 200);
}

}  // namespace

TEST_CASE("an acknowledged write becomes an event, with the change as GET /changes has it") {
  DaemonProcess daemon({.loops = 3});
  HttpClient client(daemon.port());
  EventStream stream(daemon.port());
  REQUIRE(stream.read_block());
  CHECK(stream.last_id() == "0");
  create_user(client, "Ada");
  rename(client, 1, "Eve");
  REQUIRE(client.ask({.method = "DELETE", .target = "/users/1"}).status == 204);
  const auto page = client.get("/changes?after=0").json();
  REQUIRE(page.at("changes").size() == 3);
  for (const auto& change : page.at("changes")) CHECK(next_change(stream) == change);
  CHECK(counted(daemon, "events_sent") == 3);
  CHECK(counted(daemon, "subscribers") == 1);
}

TEST_CASE("the head of a stream says that it is one, and that its connection ends with it") {
  DaemonProcess daemon({.loops = 3});
  const EventStream stream(daemon.port());
  const auto& head = stream.head();
  CHECK(head.header("Content-Type") == "text/event-stream");
  CHECK(head.header("Cache-Control") == "no-store");
  CHECK(head.header("X-Accel-Buffering") == "no");
  CHECK(head.header("Connection") == "close");
  CHECK(head.header("Date"));
  CHECK_FALSE(head.header("Content-Length"));
  CHECK_FALSE(head.header("Transfer-Encoding"));
}

TEST_CASE("a stream begins behind the last event of its client, which precedes after") {
  SampleDaemon sample;
  EventStream resumed(sample.port(), "/events?after=3", {{"Last-Event-ID", "997"}});
  for (int seq = 998; seq <= 1'000; ++seq) CHECK(next_change(resumed).at("seq") == seq);
  EventStream all(sample.port(), "/events?after=0");
  for (int seq = 1; seq <= 1'000; ++seq) CHECK(next_change(all).at("seq") == seq);
  EventStream begun(sample.port(), "/events?after=999", {{"Last-Event-ID", ""}});
  CHECK(next_change(begun).at("seq") == 1'000);
  EventStream fresh(sample.port());
  REQUIRE(fresh.read_block());
  CHECK(fresh.last_id() == "1000");
  auto client = sample.connect();
  rename(client, 7, "Eve");
  for (auto* stream : {&resumed, &all, &begun, &fresh}) {
    CHECK(next_change(*stream).at("user") == 7);
  }
}

TEST_CASE("a stream of one user has the changes of this user only") {
  SampleDaemon sample;
  auto client = sample.connect();
  rename(client, 9, "Eve");
  rename(client, 8, "Eve");
  EventStream stream(sample.port(), "/events?after=0&user=9");
  CHECK(next_change(stream).at("kind") == "created");
  CHECK(next_change(stream).at("kind") == "updated");
  rename(client, 8, "Ada");
  rename(client, 9, "Ada");
  const auto change = next_change(stream);
  CHECK(change.at("user") == 9);
  CHECK(change.at("version") == 3);
}

TEST_CASE("a position that the log does not have is answered before the stream") {
  SampleDaemon sample;
  auto client = sample.connect();
  check_problem(client.get("/events?after=1001"), 410, "changes-expired", "/events");
  check_problem(client.get("/events", {{"Last-Event-ID", "1001"}}), 410, "changes-expired",
                "/events");
}

TEST_CASE("malformed positions, users and parameters of a stream are refused") {
  DaemonProcess daemon({.loops = 3});
  HttpClient client(daemon.port());
  for (const std::string query : {"after=x", "after=-1", "user=0", "limit=5", "colour=red"}) {
    INFO(query);
    check_problem(client.get("/events?" + query), 400, "invalid-parameter", "/events");
  }
  for (const std::string id : {"x", "-1", "007", "9223372036854775808"}) {
    const auto answer = client.get("/events", {{"Last-Event-ID", id}});
    check_problem(answer, 400, "invalid-parameter", "/events");
    CHECK(answer.json().at("detail") ==
          "Last-Event-ID: a number from 0 to 9223372036854775807 is allowed");
  }
}

TEST_CASE("HEAD of a stream has its fields, other methods are refused") {
  DaemonProcess daemon({.loops = 3, .set = {"http.cors_origins=https://app.example"}});
  const auto head = tell(daemon.port(), {.method = "HEAD", .target = "/events"});
  CHECK(head.status == 200);
  CHECK(head.header("Content-Type") == "text/event-stream");
  CHECK(head.header("Connection") == "close");
  CHECK_FALSE(head.header("Content-Length"));
  HttpClient client(daemon.port());
  const auto refused = client.write("POST", "/events", "{}");
  check_problem(refused, 405, "method-not-allowed", "/events");
  CHECK(refused.header("Allow") == "GET, HEAD, OPTIONS");
  const auto options = client.ask(
      {.method = "OPTIONS",
       .target = "/events",
       .headers = {{"Origin", "https://app.example"}, {"Access-Control-Request-Method", "GET"}}});
  CHECK(options.status == 204);
  CHECK(options.header("Access-Control-Allow-Headers")->find("Last-Event-ID") != std::string::npos);
  const EventStream stream(daemon.port(), "/events", {{"Origin", "https://app.example"}});
  CHECK(stream.head().header("Access-Control-Allow-Origin") == "https://app.example");
}

TEST_CASE("a stream is the last answer of its connection, behind those before it") {
  SampleDaemon sample;
  auto client = sample.connect();
  const auto get = [](const std::string& target) { return Request{.target = target}.bytes(); };
  client.send(get("/users/1") + get("/users/2") + get("/events") + get("/users/3"));
  CHECK(client.read().json().at("id") == 1);
  CHECK(client.read().json().at("id") == 2);
  CHECK(client.read_head().header("Content-Type") == "text/event-stream");
  CHECK(client.read_through("\n\n") == ":\nid: 1000\n\n");
  CHECK(sample.process().stop() == 0);
  CHECK_FALSE(client.read_through("\n"));
}

TEST_CASE("a client of HTTP/1.0 gets a stream that ends with its connection") {
  SampleDaemon sample;
  auto client = sample.connect();
  client.send("GET /events?after=999 HTTP/1.0\r\nHost: localhost\r\n\r\n");
  const auto head = client.read_head();
  CHECK(head.status == 200);
  CHECK_FALSE(head.header("Transfer-Encoding"));
  CHECK(client.read_through("\n\n") == ":\nid: 999\n\n");
  CHECK(client.read_through("\n\n")->starts_with("id: 1000\nevent: created\ndata: {"));
}

TEST_CASE("a client that has ended its sending side goes on getting events") {
  SampleDaemon sample;
  auto follower = sample.connect();
  follower.send(Request{.target = "/events"}.bytes());
  follower.finish_sending();
  follower.read_head();
  REQUIRE(follower.read_through("\n\n"));
  auto client = sample.connect();
  rename(client, 7, "Eve");
  CHECK(follower.read_through("\n\n")->starts_with("id: 1001\nevent: updated\n"));
}

TEST_CASE("a client that does not read is closed, misses nothing, and delays no other") {
  DaemonProcess daemon({.loops = 1, .set = {"http.max_subscriber_kib=4"}});
  HttpClient client(daemon.port());
  create_user(client, "Ada");
  EventStream slow(daemon.port(), "/events?after=0", {}, HttpClient::Buffers::small);
  EventStream quick(daemon.port(), "/events?after=0");
  int written = 1;
  CHECK(next_change(quick).at("seq") == 1);
  while (counted(daemon, "subscribers_too_slow") == 0) {
    for (int i = 0; i < 10; ++i) {
      rename(client, 1, "Ada " + std::to_string(++written));
      CHECK(next_change(quick).at("seq") == written);
    }
    REQUIRE(written < 20'000);
  }
  CHECK(counted(daemon, "subscribers") == 1);
  int seen = 0;
  while (const auto event = slow.next()) CHECK(event->id == std::to_string(++seen));
  CHECK(seen < written);
  EventStream resumed(daemon.port(), "/events", {{"Last-Event-ID", slow.last_id()}});
  while (seen < written) CHECK(next_change(resumed).at("seq") == ++seen);
}

TEST_CASE("one stream too many is 503, until another one has ended") {
  DaemonProcess daemon({.loops = 3, .set = {"http.max_subscribers=2"}});
  HttpClient client(daemon.port());
  const EventStream first(daemon.port());
  {
    const EventStream second(daemon.port());
    const auto refused = client.get("/events");
    check_problem(refused, 503, "overloaded", "/events");
    CHECK(refused.header("Retry-After") == "1");
  }
  int written = 0;
  wait_until("the place of the second stream stays taken", [&] {
    create_user(client, "Ada " + std::to_string(++written));  // shows the kernel who has gone
    return counted(daemon, "subscribers") == 1;
  });
  const EventStream third(daemon.port());
  CHECK(counted(daemon, "subscribers") == 2);
}

TEST_CASE("streams count as connections, and end at once when the daemon stops") {
  DaemonProcess daemon({.loops = 3, .set = {"http.drain_s=300"}});
  std::vector<std::unique_ptr<EventStream>> streams;
  for (int i = 0; i < 12; ++i) {
    streams.push_back(std::make_unique<EventStream>(daemon.port()));
    REQUIRE(streams.back()->read_block());
  }
  CHECK(counted(daemon, "connections") == 12);
  CHECK(daemon.stop() == 0);
  for (const auto& stream : streams) CHECK_FALSE(stream->read_block());
}

TEST_CASE("the streams of a gateway that crashes end, and their clients may come again") {
  DaemonInside daemon(1);
  const auto way = any_way_to_crash();
  auto client = daemon.connect();
  EventStream stream(daemon->port());
  REQUIRE(stream.read_block());
  CHECK(stream.last_id() == "100");
  daemon.crash_and_wait("gateway-0", way);
  CHECK_FALSE(stream.next());
  rename(client, 7, "Eve");
  EventStream resumed(daemon->port(), "/events", {{"Last-Event-ID", stream.last_id()}});
  CHECK(next_change(resumed).at("user") == 7);
}

TEST_CASE("no event is lost or sent twice where an actor crashes that streams depend on") {
  DaemonInside daemon(2, 100);
  const auto way = any_way_to_crash();
  auto client = daemon.connect();
  std::vector<std::unique_ptr<EventStream>> streams;
  for (int i = 0; i < 6; ++i) {
    streams.push_back(std::make_unique<EventStream>(daemon->port(), "/events?after=100"));
  }
  int seq = 100;
  const auto write = [&] {
    wait_until("no write succeeds", [&] {
      return client.write("PATCH", "/users/7", R"({"name":"Eve )" + std::to_string(seq) + "\"}")
                 .status == 200;
    });
    ++seq;
  };
  for (const std::string name :
       {"change-reader", "store-read", "invalidation-feed", "write-sequencer", "change-reader"}) {
    write();
    daemon.crash_and_wait(name, way);
    write();
  }
  for (const auto& stream : streams) {
    for (int expected = 101; expected <= seq; ++expected) {
      CHECK(next_change(*stream).at("seq") == expected);
    }
  }
}

}  // namespace rollcall::tests
