// A listener with real sockets and virtual time.
#include "http/server/listener.hpp"

#include <sys/resource.h>

#include <algorithm>
#include <memory>
#include <string>
#include <vector>

#include "http/server/port_claim.hpp"
#include "tests/support/actors/actor_world.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/http/near_client.hpp"

namespace rollcall::tests {
namespace {

using std::chrono::milliseconds;

// Answers at once, but what is for /later it keeps.
class TestDesk final : public http::Desk {
 public:
  void receive(const http::Request& request, http::Reply reply) override {
    ++received;
    if (request.target == "/throw") throw std::runtime_error("a bug");
    if (request.target == "/later") {
      kept.push_back(std::move(reply));
      return;
    }
    if (request.target == "/empty") return std::move(reply).send({204});
    std::move(reply).send({200, http::text_type, "hello " + std::string(request.target)});
  }
  void answer_kept() {
    for (auto& reply : kept) std::move(reply).send({200, http::text_type, "at last"});
    kept.clear();
  }

  int received = 0;
  std::vector<http::Reply> kept;
};

struct Door {
  ActorWorld world;
  http::PortClaim claim = http::claim_port("127.0.0.1", 0).value();
  std::shared_ptr<http::Traffic> traffic = std::make_shared<http::Traffic>();
  std::shared_ptr<TestDesk> desk = std::make_shared<TestDesk>();
  http::ListenerHandle listener;

  explicit Door(std::size_t max_connections = 100) {
    http::ListenerOptions options{"localhost", claim.port(), max_connections, {}};
    listener = world.spawn<http::Listener>(options, traffic, std::shared_ptr<http::Desk>(desk));
    world.settle();
  }

  std::unique_ptr<NearClient> connect() {
    auto client = std::make_unique<NearClient>(world);
    REQUIRE(client->connect(claim.port()));
    world.settle();
    return client;
  }
  void kill_listener() {
    caf::anon_send_exit(listener, caf::exit_reason::kill);
    world.settle();
  }
  // Timers of asio that the sinks set off run on the loop's thread only.
  void on_loop(std::function<void()> work) {
    asio::post(world.loop().io(), std::move(work));
    world.settle();
  }
};

std::string get(std::string_view target, std::string_view more = "") {
  return "GET " + std::string(target) + " HTTP/1.1\r\nHost: x\r\n" + std::string(more) + "\r\n";
}

int answers_in(const std::string& text) {
  int count = 0;
  for (auto at = text.find("HTTP/1.1 "); at != std::string::npos;
       at = text.find("HTTP/1.1 ", at + 1)) {
    ++count;
  }
  return count;
}

TEST_CASE("a connection is answered, stays, and is counted") {
  Door door;
  auto client = door.connect();
  CHECK(door.traffic->connections == 1);
  client->send(get("/a"));
  CHECK(client->read_until("hello /a").find("HTTP/1.1 200 OK\r\nDate: ") == 0);
  client->send(get("/b"));
  auto text = client->read_until("hello /b");
  CHECK(answers_in(text) == 2);
  CHECK(text.find("Connection:") == std::string::npos);
  CHECK(door.traffic->answered == 2);
  CHECK(door.traffic->unsent == 0);
  client.reset();
  door.world.settle();
  CHECK(door.traffic->connections == 0);
}

TEST_CASE("a 204 has no length on the wire, and the next answer is understood") {
  Door door;
  auto client = door.connect();
  client->send(get("/empty") + get("/a"));
  auto text = client->read_until("hello /a");
  auto first = text.substr(0, text.find("HTTP/1.1 200"));
  CHECK(first.find("HTTP/1.1 204 No Content\r\n") == 0);
  CHECK(first.find("Content-Length") == std::string::npos);
}

TEST_CASE("a desk that throws answers 500, and the connection goes on") {
  Door door;
  auto client = door.connect();
  client->send(get("/throw"));
  CHECK(client->read_until("}").find("HTTP/1.1 500 ") == 0);
  client->send(get("/a"));
  CHECK(answers_in(client->read_until("hello /a")) == 2);
}

TEST_CASE("pipelined requests are answered in their order, however late the first is") {
  Door door;
  auto client = door.connect();
  client->send(get("/later") + get("/a"));
  CHECK(client->silent());
  door.on_loop([&] { door.desk->answer_kept(); });
  auto text = client->read_until("hello /a");
  CHECK(text.find("at last") < text.find("hello /a"));
}

TEST_CASE("a request that asks for an upgrade is answered once, and its connection closed") {
  Door door;
  auto client = door.connect();
  client->send(get("/a", "Connection: Upgrade, HTTP2-Settings\r\nUpgrade: h2c\r\n"));
  auto text = client->read_to_end();
  CHECK(answers_in(text) == 1);
  CHECK(text.find("Connection: close\r\n") != std::string::npos);
  CHECK(door.desk->received == 1);
}

TEST_CASE("a client that has closed its sending side gets its answers, and then the end") {
  Door door;
  auto client = door.connect();
  client->send(get("/later") + get("/a"));
  client->finish_sending();
  CHECK(client->silent());
  CHECK(door.traffic->connections == 1);
  door.on_loop([&] { door.desk->answer_kept(); });
  auto text = client->read_to_end();
  CHECK(answers_in(text) == 2);
  CHECK(text.find("hello /a") != std::string::npos);
  CHECK(door.traffic->connections == 0);
}

TEST_CASE("a client that has gone is answered into the void, and counted out") {
  Door door;
  auto client = door.connect();
  client->send(get("/later"));
  client.reset();
  door.world.settle();
  door.on_loop([&] { door.desk->answer_kept(); });
  CHECK(door.traffic->connections == 0);
  CHECK(door.traffic->unsent == 0);
}

TEST_CASE("a listener that stops accepting leaves its connections alone") {
  Door door;
  auto client = door.connect();
  CHECK(door.world.ask(door.listener, http::StopAccepting{})->reply);
  NearClient late(door.world);
  CHECK_FALSE(late.connect(door.claim.port()));
  client->send(get("/a"));
  CHECK(client->read_until("hello /a").find("HTTP/1.1 200") == 0);
}

TEST_CASE("connections outlive their listener, and a new one takes its place") {
  Door door;
  std::vector<std::unique_ptr<NearClient>> clients;
  for (int i = 0; i < 10; ++i) clients.push_back(door.connect());
  clients[0]->send(get("/later"));
  door.kill_listener();
  NearClient refused(door.world);
  CHECK_FALSE(refused.connect(door.claim.port()));
  for (auto& client : clients) client->send(get("/a"));
  door.on_loop([&] { door.desk->answer_kept(); });
  for (auto& client : clients) CHECK(client->read_until("hello /a").find("HTTP/1.1 200") == 0);
  CHECK(door.traffic->connections == 10);

  http::ListenerOptions options{"127.0.0.1", door.claim.port(), 100, {}};
  door.world.spawn<http::Listener>(options, door.traffic, std::shared_ptr<http::Desk>(door.desk));
  door.world.settle();
  auto client = door.connect();
  client->send(get("/b"));
  CHECK(client->read_until("hello /b").find("HTTP/1.1 200") == 0);
  CHECK(door.traffic->connections == 11);
  clients.clear();
  client.reset();
  door.world.settle();
  CHECK(door.traffic->connections == 0);
}

TEST_CASE("over the limit of connections a client is told 503 and closed, and has a place later") {
  Door door(2);
  auto first = door.connect();
  auto second = door.connect();
  auto third = door.connect();
  auto text = third->read_to_end();
  CHECK(text.find("HTTP/1.1 503 Service Unavailable\r\n") == 0);
  CHECK(text.find("Retry-After: 1\r\n") != std::string::npos);
  CHECK(text.find("/problems/overloaded") != std::string::npos);
  first.reset();
  door.world.settle();
  auto fourth = door.connect();
  fourth->send(get("/a"));
  CHECK(fourth->read_until("hello /a").find("HTTP/1.1 200") == 0);
}

// Leaves this process without a free descriptor, while it lives.
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

TEST_CASE("out of descriptors who waits is accepted as soon as there are some again") {
  Door door;
  auto there = door.connect();
  NearClient waiting(door.world);
  {
    Shortage shortage;
    REQUIRE(waiting.connect(door.claim.port()));  // the kernel does that by itself
    waiting.send(get("/waited"));
    door.world.advance(milliseconds{200});
    CHECK(waiting.silent());
    CHECK(door.traffic->connections == 1);
    there->send(get("/a"));
    CHECK(there->read_until("hello /a").find("HTTP/1.1 200") == 0);
  }
  door.world.advance(milliseconds{50});
  CHECK(waiting.read_until("hello /waited").find("HTTP/1.1 200") == 0);
  auto another = door.connect();
  another->send(get("/b"));
  CHECK(another->read_until("hello /b").find("HTTP/1.1 200") == 0);
}

TEST_CASE("a port that somebody listens on can't be claimed, and is named") {
  Door door;
  auto claim = http::claim_port("127.0.0.1", door.claim.port());
  REQUIRE_FALSE(claim);
  CHECK(claim.error() ==
        "127.0.0.1:" + std::to_string(door.claim.port()) + ": Address already in use");
  door.kill_listener();
  CHECK(http::claim_port("127.0.0.1", door.claim.port()));
}

TEST_CASE("a host that is no address of this machine can't be claimed") {
  CHECK(http::claim_port("example.org", 0).error() ==
        "example.org: not an IP address, nor localhost");
  CHECK(http::claim_port("192.0.2.1", 0).error().find("192.0.2.1:0: ") == 0);
  CHECK(http::claim_port("localhost", 0)->port() != 0);
}

}  // namespace
}  // namespace rollcall::tests
