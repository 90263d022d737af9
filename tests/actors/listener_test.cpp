// A listener with real sockets and virtual time.
#include "http/server/listener.hpp"

#include <sys/resource.h>

#include <algorithm>
#include <memory>
#include <string>
#include <vector>

#include "tests/support/actors/near_listener.hpp"
#include "tests/support/catch.hpp"

namespace rollcall::tests {
namespace {

using std::chrono::milliseconds;

TEST_CASE("a connection is answered, stays, and is counted") {
  ListenerFixture fixture;
  auto client = fixture.connect();
  CHECK(fixture.state->stats.connections == 1);
  client->send(get("/a"));
  CHECK(client->read_until("hello /a").find("HTTP/1.1 200 OK\r\nDate: ") == 0);
  client->send(get("/b"));
  auto text = client->read_until("hello /b");
  CHECK(answers_in(text) == 2);
  CHECK(text.find("Keep-Alive: timeout=60\r\n") != std::string::npos);
  CHECK(fixture.state->stats.answered == 2);
  CHECK(fixture.state->stats.unsent == 0);
  client.reset();
  fixture.world.settle();
  CHECK(fixture.state->stats.connections == 0);
}

TEST_CASE("a 204 has no length on the wire, and the next answer is parsed") {
  ListenerFixture fixture;
  auto client = fixture.connect();
  client->send(get("/empty") + get("/a"));
  auto text = client->read_until("hello /a");
  auto first = text.substr(0, text.find("HTTP/1.1 200"));
  CHECK(first.find("HTTP/1.1 204 No Content\r\n") == 0);
  CHECK(first.find("Content-Length") == std::string::npos);
}

TEST_CASE("a request handler that throws answers 500, and the connection stays open") {
  ListenerFixture fixture;
  auto client = fixture.connect();
  client->send(get("/throw"));
  CHECK(client->read_until("}").find("HTTP/1.1 500 ") == 0);
  client->send(get("/a"));
  CHECK(answers_in(client->read_until("hello /a")) == 2);
}

TEST_CASE("pipelined requests are answered in their order, however late the first is") {
  ListenerFixture fixture;
  auto client = fixture.connect();
  client->send(get("/later") + get("/a"));
  CHECK(client->silent());
  fixture.on_loop([&] { fixture.handler->answer_pending(); });
  auto text = client->read_until("hello /a");
  CHECK(text.find("at last") < text.find("hello /a"));
}

TEST_CASE("a request that asks for an upgrade is answered as HTTP/1.1, and its connection kept") {
  ListenerFixture fixture;
  auto client = fixture.connect();
  client->send(get("/a", "Connection: Upgrade, HTTP2-Settings\r\nUpgrade: h2c\r\n"));
  CHECK(answers_in(client->read_until("hello /a")) == 1);
  client->send(get("/b"));
  CHECK(answers_in(client->read_until("hello /b")) == 2);
  CHECK(fixture.handler->received == 2);
}

TEST_CASE("a client that has closed its sending side gets its answers, and then the end") {
  ListenerFixture fixture;
  auto client = fixture.connect();
  client->send(get("/later") + get("/a"));
  client->finish_sending();
  CHECK(client->silent());
  CHECK(fixture.state->stats.connections == 1);
  fixture.on_loop([&] { fixture.handler->answer_pending(); });
  auto text = client->read_to_end();
  CHECK(answers_in(text) == 2);
  CHECK(text.find("hello /a") != std::string::npos);
  CHECK(fixture.state->stats.connections == 0);
}

TEST_CASE("the answer to a disconnected client is dropped, and its connection no longer counted") {
  ListenerFixture fixture;
  auto client = fixture.connect();
  client->send(get("/later"));
  client.reset();
  fixture.world.settle();
  fixture.on_loop([&] { fixture.handler->answer_pending(); });
  CHECK(fixture.state->stats.connections == 0);
  CHECK(fixture.state->stats.unsent == 0);
}

TEST_CASE("a response that is being sent when its connection is reset is given up with it") {
  ListenerFixture fixture;
  auto client = fixture.connect();
  client->send(get("/later"));
  // The loop sends the response, then notices the reset, then completes the write.
  asio::post(fixture.world.loop().io(), [&] { fixture.handler->answer_pending(); });
  client->reset();
  fixture.world.settle();
  CHECK(fixture.state->stats.connections == 0);
  CHECK(fixture.state->stats.unsent == 0);
}

TEST_CASE("a listener that stops accepting ends idle connections, and no others") {
  ListenerFixture fixture;
  auto idle = fixture.connect();
  auto waiting = fixture.connect();
  auto sending = fixture.connect();
  waiting->send(get("/later"));
  sending->send("GET /a HTTP/1.1\r\n");
  CHECK(fixture.world.ask(fixture.listener, http::StopAccepting{})->reply);
  NearClient late(fixture.world);
  CHECK_FALSE(late.connect(fixture.claim.port()));
  CHECK(idle->read_to_end().empty());
  sending->send("Host: localhost\r\n\r\n");
  CHECK(sending->read_until("hello /a").find("HTTP/1.1 200") == 0);
  fixture.on_loop([&] { fixture.handler->answer_pending(); });
  CHECK(waiting->read_until("at last").find("HTTP/1.1 200") == 0);
}

TEST_CASE("connections outlive their listener, and a new one takes its place") {
  ListenerFixture fixture;
  std::vector<std::unique_ptr<NearClient>> clients;
  for (int i = 0; i < 10; ++i) clients.push_back(fixture.connect());
  clients[0]->send(get("/later"));
  fixture.kill_listener();
  NearClient refused(fixture.world);
  CHECK_FALSE(refused.connect(fixture.claim.port()));
  for (auto& client : clients) client->send(get("/a"));
  fixture.on_loop([&] { fixture.handler->answer_pending(); });
  for (auto& client : clients) CHECK(client->read_until("hello /a").find("HTTP/1.1 200") == 0);
  CHECK(fixture.state->stats.connections == 10);

  http::ListenerOptions options{"127.0.0.1", fixture.claim.port(), 100, {}};
  fixture.world.spawn<http::Listener>(options, fixture.state,
                                      std::shared_ptr<http::RequestHandler>(fixture.handler));
  fixture.world.settle();
  auto client = fixture.connect();
  client->send(get("/b"));
  CHECK(client->read_until("hello /b").find("HTTP/1.1 200") == 0);
  CHECK(fixture.state->stats.connections == 11);
  clients.clear();
  client.reset();
  fixture.world.settle();
  CHECK(fixture.state->stats.connections == 0);
}

TEST_CASE("over the limit of connections a client gets 503 and is closed, and is accepted later") {
  ListenerFixture fixture(2);
  auto first = fixture.connect();
  auto second = fixture.connect();
  auto third = fixture.connect();
  auto text = third->read_to_end();
  CHECK(text.find("HTTP/1.1 503 Service Unavailable\r\n") == 0);
  CHECK(text.find("Retry-After: 1\r\n") != std::string::npos);
  CHECK(text.find("/problems/overloaded") != std::string::npos);
  first.reset();
  fixture.world.settle();
  auto fourth = fixture.connect();
  fourth->send(get("/a"));
  CHECK(fourth->read_until("hello /a").find("HTTP/1.1 200") == 0);
}

// While it lives, this process has no free descriptor.
class Shortage {
 public:
  Shortage() {
    REQUIRE(::getrlimit(RLIMIT_NOFILE, &before_) == 0);
    auto low = before_;
    low.rlim_cur = std::min<rlim_t>(before_.rlim_cur, 256);
    REQUIRE(::setrlimit(RLIMIT_NOFILE, &low) == 0);
    for (int copy = ::dup(0); copy >= 0; copy = ::dup(0)) taken_.push_back(copy);
    REQUIRE(errno == EMFILE);
  }
  Shortage(const Shortage&) = delete;
  Shortage& operator=(const Shortage&) = delete;
  ~Shortage() {
    for (int copy : taken_) ::close(copy);
    ::setrlimit(RLIMIT_NOFILE, &before_);
  }

 private:
  rlimit before_{};
  std::vector<int> taken_;
};

TEST_CASE("out of descriptors, a waiting client is accepted as soon as one is free again") {
  ListenerFixture fixture;
  auto there = fixture.connect();
  NearClient waiting(fixture.world);
  {
    Shortage shortage;
    REQUIRE(waiting.connect(fixture.claim.port()));  // the kernel completes the handshake
    waiting.send(get("/waited"));
    fixture.world.advance(milliseconds{200});
    CHECK(waiting.silent());
    CHECK(fixture.state->stats.connections == 1);
    there->send(get("/a"));
    CHECK(there->read_until("hello /a").find("HTTP/1.1 200") == 0);
  }
  fixture.world.advance(milliseconds{50});
  CHECK(waiting.read_until("hello /waited").find("HTTP/1.1 200") == 0);
  auto another = fixture.connect();
  another->send(get("/b"));
  CHECK(another->read_until("hello /b").find("HTTP/1.1 200") == 0);
}

TEST_CASE("a port in use can't be claimed, and the error names it") {
  ListenerFixture fixture;
  auto claim = http::claim_port("127.0.0.1", fixture.claim.port());
  REQUIRE_FALSE(claim);
  CHECK(claim.error() ==
        "127.0.0.1:" + std::to_string(fixture.claim.port()) + ": Address already in use");
  fixture.kill_listener();
  CHECK(http::claim_port("127.0.0.1", fixture.claim.port()));
}

TEST_CASE("a host that is no address of this machine can't be claimed") {
  CHECK(http::claim_port("example.org", 0).error() ==
        "example.org: not an IP address, nor localhost");
  CHECK(http::claim_port("192.0.2.1", 0).error().find("192.0.2.1:0: ") == 0);
  CHECK(http::claim_port("localhost", 0)->port() != 0);
}

}  // namespace
}  // namespace rollcall::tests
