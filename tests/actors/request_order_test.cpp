// Which requests of one connection run beside each other.
#include <string>

#include <asio/post.hpp>

#include "tests/support/actors/near_listener.hpp"
#include "tests/support/catch.hpp"

namespace rollcall::tests {
namespace {

std::string post(const std::string& target) {
  return "POST " + target + " HTTP/1.1\r\nHost: localhost\r\nContent-Length: 4\r\n\r\n1234";
}

TEST_CASE("an unsafe request waits for those before it, and those behind it wait for it") {
  ListenerFixture fixture;
  auto client = fixture.connect();
  client->send(get("/later") + post("/a") + get("/later") + get("/b"));
  CHECK(fixture.handler->received == 1);
  fixture.on_loop([&] { fixture.handler->answer_pending(); });
  CHECK(fixture.handler->received == 4);  // POST /a is answered at once
  fixture.on_loop([&] { fixture.handler->answer_pending(); });
  CHECK(answers_in(client->read_until("hello /b")) == 4);

  auto other = fixture.connect();
  other->send(post("/later") + get("/c"));
  CHECK(fixture.handler->received == 5);
  fixture.on_loop([&] { fixture.handler->answer_pending(); });
  CHECK(fixture.handler->received == 6);
}

TEST_CASE("of costly requests a connection has one under way, and other connections have theirs") {
  ListenerFixture fixture;
  auto flood = fixture.connect();
  auto other = fixture.connect();
  std::string pages;
  for (int i = 0; i < 5; ++i) pages += get("/page");
  flood->send(pages + get("/a"));
  other->send(get("/page"));
  CHECK(fixture.handler->received == 2);
  for (int answered = 2; answered < 6; ++answered) {
    fixture.on_loop([&] { fixture.handler->answer_pending(); });
    CHECK(fixture.handler->received == answered + 1);
  }
  fixture.on_loop([&] { fixture.handler->answer_pending(); });
  CHECK(answers_in(flood->read_until("hello /a")) == 6);
}

TEST_CASE("a request that is held back when its connection is reset is not carried out") {
  ListenerFixture fixture;
  auto client = fixture.connect();
  client->send(get("/later") + post("/a"));
  asio::post(fixture.world.loop().io(), [&] { fixture.handler->answer_pending(); });
  client->reset();
  fixture.world.settle();
  CHECK(fixture.handler->received == 1);
  CHECK(fixture.state->stats.connections == 0);
}

// The three orders in which a request and the stop of its listener can come.

TEST_CASE("a request that has arrived, and is not read yet, when its listener stops is answered") {
  ListenerFixture fixture;
  auto client = fixture.connect();
  client->put_arriving(get("/a"));
  auto stopped = fixture.world.ask_later(fixture.listener, http::StopAccepting{});
  // The loop calls back in the order of posting, and looks for readable sockets in between: what it
  // finds comes behind this.
  int received = -1;
  bool refused = false;
  asio::post(fixture.world.loop().io(), [&] {
    received = fixture.handler->received;
    refused = !NearClient(fixture.world).connect(fixture.claim.port());
  });
  fixture.world.settle();
  CHECK(received == 0);
  CHECK(refused);
  CHECK(stopped->reply);
  CHECK(fixture.handler->received == 1);
  CHECK(client->read_until("hello /a").find("HTTP/1.1 200") == 0);
}

TEST_CASE("a request that has been read when its listener stops is answered") {
  ListenerFixture fixture;
  auto client = fixture.connect();
  client->send(get("/later"));
  REQUIRE(fixture.handler->received == 1);
  CHECK(fixture.world.ask(fixture.listener, http::StopAccepting{})->reply);
  CHECK(client->silent());
  fixture.on_loop([&] { fixture.handler->answer_pending(); });
  CHECK(client->read_until("at last").find("HTTP/1.1 200") == 0);
}

TEST_CASE("a request that arrives after its listener has stopped is not carried out") {
  ListenerFixture fixture;
  auto client = fixture.connect();
  CHECK(fixture.world.ask(fixture.listener, http::StopAccepting{})->reply);
  client->put(get("/a"));
  CHECK(client->read_to_end().empty());
  CHECK(fixture.handler->received == 0);
  CHECK(fixture.state->stats.connections == 0);
}

}  // namespace
}  // namespace rollcall::tests
