// What a loop buffers for its clients is counted and bounded.
#include <string>
#include <vector>

#include "tests/support/actors/near_listener.hpp"
#include "tests/support/catch.hpp"

namespace rollcall::tests {
namespace {

using std::chrono::seconds;

const std::string long_head =
    "POST /a HTTP/1.1\r\nHost: localhost\r\nContent-Length: 900\r\nX: " + std::string(600, 'x') +
    "\r\n\r\n";
const std::size_t big = TestHandler::big_response().body.size();

std::size_t& buffered(ListenerFixture& fixture) { return fixture.state->stats.buffered; }

TEST_CASE("each byte of an incomplete request counts, until it is complete") {
  ListenerFixture fixture;
  auto client = fixture.connect();
  const auto request = long_head + std::string(900, 'b');
  for (const std::size_t size : {1U, 100U, 640U, 660U, 1'000U}) {
    INFO(size);
    auto other = fixture.connect();
    other->send(request.substr(0, size));
    CHECK(buffered(fixture) == size);
    other->send(request.substr(size));
    CHECK(answers_in(other->read_until("hello /a")) == 1);
    CHECK(buffered(fixture) == 0);
  }
  client->send(request);
  client->read_until("hello /a");
  CHECK(buffered(fixture) == 0);
  client->send(request + "GET /b");
  CHECK(buffered(fixture) == 6);
}

TEST_CASE("the bytes of an incomplete request no longer count when its client has gone") {
  ListenerFixture fixture;
  const auto request = long_head + std::string(900, 'b');
  for (const std::size_t size : {300U, 1'000U}) {
    auto client = fixture.connect();
    client->send(request.substr(0, size));
    CHECK(buffered(fixture) == size);
    client->reset();
    fixture.world.settle();
    CHECK(buffered(fixture) == 0);
  }
  CHECK(fixture.state->stats.connections == 0);
}

TEST_CASE("what waits for the answer before it counts") {
  ListenerFixture fixture;
  auto client = fixture.connect();
  const auto waiting = get("/b") + get("/c");
  client->send("DELETE /later HTTP/1.1\r\nHost: localhost\r\n\r\n" + waiting);
  CHECK(buffered(fixture) == waiting.size());
  fixture.on_loop([&] { fixture.handler->answer_pending(); });
  client->read_until("hello /c");
  CHECK(buffered(fixture) == 0);
}

TEST_CASE("an unsent response counts until its client has taken it") {
  ListenerFixture fixture;
  auto client = fixture.connect();
  client->send(get("/big"));
  CHECK(buffered(fixture) > big);
  CHECK(buffered(fixture) < big + 1'000);
  client->send(get("/empty"));
  CHECK(answers_in(client->read_until("HTTP/1.1 204 ")) == 2);
  fixture.world.settle();
  CHECK(buffered(fixture) == 0);
}

TEST_CASE("unsent responses no longer count when their client has gone") {
  ListenerFixture fixture;
  auto client = fixture.connect();
  client->send(get("/big") + get("/a") + get("/later"));
  CHECK(buffered(fixture) > big);
  client->reset();
  fixture.world.settle();
  fixture.on_loop([&] { fixture.handler->answer_pending(); });
  CHECK(fixture.state->stats.connections == 0);
  CHECK(buffered(fixture) == 0);
}

TEST_CASE(
    "where too much is buffered an incomplete request is answered 503, complete ones are not") {
  ListenerFixture fixture;
  fixture.state->max_buffered = 1'000;
  auto first = fixture.connect();
  auto second = fixture.connect();
  auto third = fixture.connect();
  first->send(long_head.substr(0, 600));
  CHECK(first->silent());
  const bool body = GENERATE(false, true);
  second->send(body ? long_head + "b" : long_head.substr(0, 500));
  const auto refused = second->read_to_end();
  CHECK(answers_in(refused) == 1);
  CHECK(refused.find("HTTP/1.1 503 ") == 0);
  CHECK(refused.find("/problems/overloaded") != std::string::npos);
  CHECK(refused.find("\r\nConnection: close\r\n") != std::string::npos);
  second->reset();
  fixture.world.settle();
  CHECK(buffered(fixture) == 600);  // its room is free
  third->send(get("/c"));
  third->read_until("hello /c");
  first->send(long_head.substr(600) + std::string(900, 'b'));
  CHECK(answers_in(first->read_until("hello /a")) == 1);
  CHECK(fixture.handler->received == 2);
}

TEST_CASE("what a client sends behind its last request costs it no byte of the answer") {
  ListenerFixture fixture;
  auto client = fixture.connect();
  client->send(get("/big", "Connection: close\r\n") + std::string(50'000, 'x'));
  CHECK(client->read_to_end().size() > big);  // a reset would fail the test
  client->send("more");
  CHECK(fixture.state->stats.connections == 1);
  fixture.world.advance(seconds{6});
  CHECK(fixture.state->stats.connections == 0);
  CHECK(fixture.handler->received == 1);
}

TEST_CASE("a client that does not take its answer in time is reset, also if the handler wrote it") {
  ListenerFixture fixture;
  const bool later = GENERATE(false, true);
  auto client = fixture.connect();
  client->send(get(later ? "/later" : "/big"));
  if (later) {
    fixture.on_loop([&] {
      fixture.handler->pending.front().send(TestHandler::big_response());
      fixture.handler->pending.clear();
    });
  }
  CHECK(buffered(fixture) > big);
  fixture.world.advance(seconds{30});
  CHECK(fixture.state->stats.connections == 1);
  fixture.world.advance(seconds{1});
  CHECK(fixture.state->stats.connections == 0);
  CHECK(buffered(fixture) == 0);
}

TEST_CASE("an answer that waits for the one before it does not count as not taken") {
  ListenerFixture fixture;
  auto client = fixture.connect();
  client->send(get("/later") + get("/a"));
  fixture.world.advance(seconds{5});  // a request may take 2 s
  fixture.on_loop([&] { fixture.handler->answer_pending(); });
  CHECK(answers_in(client->read_until("hello /a")) == 2);
}

TEST_CASE("a client that does not take what refuses its requests is reset in time") {
  ListenerFixture fixture;
  fixture.handler->refuses = true;
  auto client = fixture.connect();
  std::string requests;
  for (int i = 0; i < 1'000; ++i) requests += get("/b");
  for (int i = 0; i < 100 && buffered(fixture) < 100'000; ++i) client->send_some(requests);
  fixture.world.settle();
  const auto answered = fixture.state->stats.answered;
  client->send_some(requests);
  CHECK(fixture.state->stats.answered == answered);  // it is not read any more
  CHECK(buffered(fixture) > 0);
  fixture.world.advance(seconds{29});
  CHECK(fixture.state->stats.connections == 1);
  fixture.world.advance(seconds{2});
  CHECK(fixture.state->stats.connections == 0);
  CHECK(buffered(fixture) == 0);
}

TEST_CASE("a client that takes each answer in time is not reset, however long it stays") {
  ListenerFixture fixture;
  auto client = fixture.connect();
  for (const std::string mark : {"/a", "/b", "/c"}) {
    client->send(get("/big") + get(mark));
    CHECK(buffered(fixture) > big);
    fixture.world.advance(seconds{29});
    client->read_until("hello " + mark);
    fixture.world.settle();
    CHECK(buffered(fixture) == 0);
  }
  CHECK(fixture.state->stats.connections == 1);
}

}  // namespace
}  // namespace rollcall::tests
