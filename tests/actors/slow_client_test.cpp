// How long a connection waits for its client, in virtual time.
#include <string>

#include "tests/support/actors/near_listener.hpp"
#include "tests/support/catch.hpp"

namespace rollcall::tests {
namespace {

using std::chrono::seconds;

const std::string post_head = "POST /a HTTP/1.1\r\nHost: localhost\r\nContent-Length: 4\r\n\r\n";

void check_timed_out(NearClient& client) {
  const auto text = client.read_to_end();
  CHECK(answers_in(text) == 1);
  CHECK(text.find("HTTP/1.1 408 Request Timeout\r\n") == 0);
  CHECK(text.find("/problems/request-timeout") != std::string::npos);
}

TEST_CASE("a head that is not complete in time is answered 408, however often a byte arrives") {
  ListenerFixture fixture;
  auto client = fixture.connect();
  auto trickling = fixture.connect();
  client->send("GET /a HTTP/1.1\r\nHost: local");
  trickling->send("GET /");
  for (int i = 0; i < 9; ++i) {
    fixture.world.advance(seconds{1});
    trickling->send("a");
  }
  CHECK(client->silent());
  CHECK(trickling->silent());
  fixture.world.advance(seconds{2});
  check_timed_out(*client);
  check_timed_out(*trickling);
  CHECK(fixture.handler->received == 0);
}

TEST_CASE("a head that is complete just in time is served, and the next one has its own time") {
  ListenerFixture fixture;
  auto client = fixture.connect();
  for (const std::string target : {"/a", "/b", "/c"}) {
    client->send("GET " + target + " HTTP/1.1\r\nHost: local");
    fixture.world.advance(seconds{9});
    client->send("host\r\n\r\n");
    CHECK(client->read_until("hello " + target).find(" 408 ") == std::string::npos);
  }
  CHECK(fixture.handler->received == 3);
}

TEST_CASE("a body has the time of a request") {
  ListenerFixture fixture;
  auto client = fixture.connect();
  client->send(post_head + "123");
  fixture.world.advance(seconds{1});
  CHECK(client->silent());
  fixture.world.advance(seconds{3});
  check_timed_out(*client);
  CHECK(fixture.handler->received == 0);
}

TEST_CASE("what is owed is sent before 408") {
  ListenerFixture fixture;
  auto client = fixture.connect();
  client->send(get("/later") + "GET /b HTTP/1.1\r\n");
  fixture.world.advance(seconds{15});
  CHECK(client->silent());
  fixture.on_loop([&] { fixture.handler->answer_pending(); });
  const auto text = client->read_to_end();
  CHECK(answers_in(text) == 2);
  CHECK(text.find("at last") < text.find("HTTP/1.1 408 "));
}

TEST_CASE("an idle connection is closed without a word, one that waits for its answer is not") {
  ListenerFixture fixture;
  auto idle = fixture.connect();
  auto used = fixture.connect();
  auto waiting = fixture.connect();
  waiting->send(get("/later"));
  fixture.world.advance(seconds{30});
  used->send(get("/a"));
  used->read_until("hello /a");
  fixture.world.advance(seconds{29});
  CHECK(idle->silent());
  fixture.world.advance(seconds{2});
  CHECK(idle->read_to_end().empty());
  CHECK(used->silent());
  fixture.world.advance(seconds{30});
  CHECK(answers_in(used->read_to_end()) == 1);
  CHECK(waiting->silent());
  fixture.on_loop([&] { fixture.handler->answer_pending(); });
  CHECK(answers_in(waiting->read_until("at last")) == 1);
  fixture.world.advance(seconds{59});
  CHECK(waiting->silent());
  fixture.world.advance(seconds{2});
  CHECK(answers_in(waiting->read_to_end()) == 1);
  CHECK(fixture.state->stats.connections == 0);
}

TEST_CASE("a client that goes on after its last answer is cut off in the end") {
  ListenerFixture fixture;
  auto client = fixture.connect();
  client->send("nonsense\r\n\r\n");
  CHECK(answers_in(client->read_to_end()) == 1);
  for (int i = 0; i < 4; ++i) {
    client->send("more");
    fixture.world.advance(seconds{1});
  }
  CHECK(fixture.state->stats.connections == 1);
  fixture.world.advance(seconds{3});
  CHECK(fixture.state->stats.connections == 0);
}

TEST_CASE("a connection that becomes idle while the daemon stops is closed") {
  ListenerFixture fixture;
  auto client = fixture.connect();
  client->send(get("/later"));
  fixture.state->draining = true;
  fixture.world.advance(seconds{5});
  CHECK(client->silent());
  fixture.on_loop([&] { fixture.handler->answer_pending(); });
  fixture.world.advance(seconds{1});
  CHECK(answers_in(client->read_to_end()) == 1);
}

TEST_CASE("time does not pass faster for connections when their listener is restarted") {
  ListenerFixture fixture;
  auto before = fixture.connect();
  before->send("GET /a");
  fixture.kill_listener();
  fixture.spawn();
  auto after = fixture.connect();
  after->send("GET /a");
  fixture.world.advance(seconds{9});
  CHECK(before->silent());
  CHECK(after->silent());
  fixture.world.advance(seconds{2});
  check_timed_out(*before);
  check_timed_out(*after);
}

TEST_CASE("a request that has arrived in time is served, however long it is held back") {
  ListenerFixture fixture;
  auto client = fixture.connect();
  client->send(get("/later") + "POST /a HTTP/1.1\r\nHost: local");
  client->send("host\r\nContent-Length: 0\r\n\r\n");
  fixture.world.advance(seconds{15});
  CHECK(fixture.handler->received == 1);
  fixture.on_loop([&] { fixture.handler->answer_pending(); });
  CHECK(client->read_until("hello /a").find(" 408 ") == std::string::npos);
}

}  // namespace
}  // namespace rollcall::tests
