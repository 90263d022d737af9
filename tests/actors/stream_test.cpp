// Responses whose body goes on, over real sockets in virtual time.
#include "tests/support/actors/near_listener.hpp"

namespace rollcall::tests {
namespace {

http::StreamPart part(std::string text) {
  return std::make_shared<const std::string>(std::move(text));
}

/// More than the kernel takes for a client that does not read.
http::StreamPart big_part() { return part(std::string(std::size_t{32} << 20U, 'x')); }

struct Streaming : ListenerFixture {
  std::unique_ptr<NearClient> client = connect();

  explicit Streaming(std::string_view more = "") {
    client->send(get("/stream", more));
    REQUIRE(body().output);
  }
  ~Streaming() { end(); }
  Streaming(const Streaming&) = delete;
  Streaming& operator=(const Streaming&) = delete;

  TestBody& body() { return *handler->body; }
  void send(http::StreamPart bytes) {
    on_loop([&] { body().output->send(std::move(bytes)); });
  }
  void end() {
    on_loop([&] { body().output->end(); });
  }
};

}  // namespace

TEST_CASE("the parts of a stream are sent as they come, and its connection ends with it") {
  Streaming streaming;
  streaming.send(part("one\n"));
  CHECK(streaming.client->read_until("one\n").ends_with("\r\n\r\none\n"));
  streaming.send(part("two\n"));
  CHECK(streaming.client->read_until("two\n").ends_with("\r\n\r\none\ntwo\n"));
  CHECK(streaming.body().closes == 0);
  CHECK(streaming.state->stats.unsent == 1);
  streaming.end();
  const auto all = streaming.client->read_to_end();
  CHECK(all.find("\r\nConnection: close\r\n") != std::string::npos);
  CHECK(all.find("Content-Length") == std::string::npos);
  CHECK(all.find("Transfer-Encoding") == std::string::npos);
  CHECK(all.ends_with("\r\n\r\none\ntwo\n"));
  CHECK(streaming.body().closes == 1);
  CHECK(streaming.state->stats.unsent == 0);
  CHECK(streaming.state->stats.connections == 0);
  streaming.send(part("three"));  // is dropped
}

TEST_CASE("parts that come while others are under way are sent in their order") {
  Streaming streaming;
  streaming.on_loop([&] {
    for (const char* text : {"a", "b", "c", "d", "e\n"}) streaming.body().output->send(part(text));
  });
  CHECK(streaming.client->read_until("e\n").ends_with("\r\n\r\nabcde\n"));
}

TEST_CASE("a stream stays open however long nothing is sent") {
  Streaming streaming;
  streaming.world.advance(std::chrono::minutes{10});
  streaming.send(part("late\n"));
  CHECK(streaming.client->read_until("late\n").ends_with("late\n"));
  CHECK(streaming.body().closes == 0);
}

TEST_CASE("what is pipelined behind a stream is not answered") {
  Streaming streaming("\r\nGET /a HTTP/1.1\r\nHost: localhost\r\n");
  streaming.client->send(get("/b"));
  CHECK(streaming.handler->received == 1);
  streaming.send(part("one\n"));
  streaming.client->read_until("one\n");
  streaming.end();
  CHECK(streaming.handler->received == 1);
  CHECK(streaming.body().closes == 1);
}

TEST_CASE("a stream knows what its client has not taken, and when it has taken all") {
  Streaming streaming;
  const auto& output = *streaming.body().output;
  CHECK(output.unsent() == 0);
  const auto drains = streaming.body().drains;
  streaming.send(big_part());
  streaming.send(part("end\n"));
  CHECK(output.unsent() == (std::size_t{32} << 20U) + 4);
  CHECK(streaming.body().drains == drains);
  streaming.client->read_until("end\n");
  streaming.world.settle();
  CHECK(output.unsent() == 0);
  CHECK(streaming.body().drains == drains + 1);
}

TEST_CASE("a client of a stream that takes nothing is reset") {
  Streaming streaming;
  streaming.send(big_part());
  streaming.world.advance(http::ConnectionOptions{}.write_timeout - std::chrono::seconds{1});
  CHECK(streaming.body().closes == 0);
  streaming.world.advance(std::chrono::seconds{3});
  CHECK(streaming.body().closes == 1);
  CHECK(streaming.state->stats.connections == 0);
  CHECK(streaming.state->stats.unsent == 0);
}

TEST_CASE("a stream that ends with bytes unsent ends at once, and keeps nothing of them") {
  Streaming streaming;
  streaming.on_loop([&] {
    const auto& output = streaming.body().output;
    output->send(http::counted_part(streaming.state, *big_part()));
    output->send(http::counted_part(streaming.state, "behind"));
  });
  CHECK(streaming.state->stats.buffered > (std::size_t{32} << 20U));
  streaming.end();
  CHECK(streaming.body().closes == 1);
  CHECK(streaming.state->stats.unsent == 0);
  CHECK(streaming.state->stats.connections == 0);
  CHECK(streaming.state->stats.buffered == 0);
}

TEST_CASE("a stream is told when its client is gone") {
  Streaming streaming;
  streaming.client->reset();
  streaming.send(part("one"));
  streaming.send(part("two"));
  CHECK(streaming.body().closes == 1);
  CHECK(streaming.state->stats.connections == 0);
  CHECK(streaming.body().output->unsent() == 0);
}

TEST_CASE("streams go on when their listener ends") {
  Streaming streaming;
  streaming.kill_listener();
  streaming.send(part("one\n"));
  CHECK(streaming.client->read_until("one\n").ends_with("one\n"));
}

TEST_CASE("the answer to HEAD begins no stream") {
  ListenerFixture fixture;
  auto client = fixture.connect();
  client->send("HEAD /stream HTTP/1.1\r\nHost: localhost\r\n\r\n");
  CHECK(client->read_to_end().ends_with("Connection: close\r\n\r\n"));
  CHECK(fixture.handler->body->output == nullptr);
  CHECK(fixture.handler->body->closes == 0);
}

}  // namespace rollcall::tests
