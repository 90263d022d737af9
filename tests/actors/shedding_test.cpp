// Requests that are refused under overload, before RESTinio sees them.
#include <functional>
#include <string>

#include "tests/support/actors/near_listener.hpp"
#include "tests/support/catch.hpp"

namespace rollcall::tests {
namespace {

using std::chrono::seconds;

// The status codes in this text, in order.
std::string statuses(const std::string& text) {
  std::string found;
  for (auto at = text.find("HTTP/1.1 "); at != std::string::npos;
       at = text.find("HTTP/1.1 ", at + 1)) {
    found.append(found.empty() ? "" : " ").append(text.substr(at + 9, 3));
  }
  return found;
}

int count(const std::string& text, const std::string& part) {
  int found = 0;
  for (auto at = text.find(part); at != std::string::npos; at = text.find(part, at + 1)) ++found;
  return found;
}

TEST_CASE("a refused request is answered 503 without its handler, and the connection persists") {
  ListenerFixture fixture;
  fixture.handler->refuses = true;
  auto client = fixture.connect();
  client->send(get("/b"));
  const auto refused = client->read_until("}");
  CHECK(refused.find("HTTP/1.1 503 Service Unavailable\r\n") == 0);
  CHECK(refused.find("\r\nRetry-After: 7\r\n") != std::string::npos);
  CHECK(refused.find("\r\nKeep-Alive: timeout=60\r\n") != std::string::npos);
  CHECK(refused.find("\"type\":\"/problems/overloaded\"") != std::string::npos);
  CHECK(fixture.handler->received == 0);
  CHECK(fixture.state->stats.answered == 1);
  fixture.handler->refuses = false;
  client->send(get("/b"));
  CHECK(statuses(client->read_until("hello /b")) == "503 200");
}

TEST_CASE("a refused request that arrives in pieces is answered once it is complete") {
  ListenerFixture fixture;
  fixture.handler->refuses = true;
  auto client = fixture.connect();
  const auto request = get("/b");
  for (const char byte : request.substr(0, request.size() - 1)) client->send({&byte, 1});
  CHECK(client->silent());
  CHECK(fixture.state->stats.buffered == request.size() - 1);
  client->send(request.substr(request.size() - 1));
  CHECK(statuses(client->read_until("}")) == "503");
  CHECK(fixture.state->stats.buffered == 0);
  fixture.world.advance(seconds{59});
  CHECK(client->silent());
  fixture.world.advance(seconds{2});
  CHECK(statuses(client->read_to_end()) == "503");
}

TEST_CASE("refused requests are answered in order with those that are served") {
  ListenerFixture fixture;
  fixture.handler->refuses = true;
  auto client = fixture.connect();
  client->send(get("/a") + get("/b") + get("/c") + get("/a") + get("/b") + "HEAD /b HTTP/1.1\r\n" +
               "Host: localhost\r\n\r\n" + get("/a", "Connection: close\r\n"));
  const auto text = client->read_to_end();
  CHECK(statuses(text) == "200 503 503 200 503 503 200");
  CHECK(count(text, "/problems/overloaded") == 4 - 1);  // not for HEAD
  CHECK(fixture.handler->received == 3);
}

TEST_CASE("many refused requests in one piece are all answered") {
  ListenerFixture fixture;
  fixture.handler->refuses = true;
  auto client = fixture.connect();
  std::string requests;
  for (int i = 0; i < 500; ++i) requests += get("/b");
  client->send(requests + get("/a", "Connection: close\r\n"));
  CHECK(answers_in(client->read_to_end()) == 501);
  CHECK(fixture.handler->received == 1);
}

TEST_CASE("requests that are read when the listener stops are answered, also those refused") {
  ListenerFixture fixture;
  fixture.handler->refuses = true;
  auto client = fixture.connect();
  std::string requests;
  for (int i = 0; i < 30; ++i) requests += get("/b");
  client->put(requests);
  int turns = 0;
  // Ends what is idle again and again, between the turns of the loop.
  std::function<void()> end_idle = [&] {
    caf::anon_send(fixture.listener, http::StopAccepting{});
    if (++turns < 60) asio::post(fixture.world.loop().io(), end_idle);
  };
  asio::post(fixture.world.loop().io(), end_idle);
  fixture.world.settle();
  CHECK(answers_in(client->read_until("never")) == 30);
}

TEST_CASE("white space behind a refused request does not begin another") {
  ListenerFixture fixture;
  fixture.handler->refuses = true;
  auto client = fixture.connect();
  client->send(get("/b") + "\r\n");
  CHECK(answers_in(client->read_until("}")) == 1);
  fixture.world.advance(seconds{61});
  CHECK(answers_in(client->read_to_end()) == 1);  // it was idle: no 408
}

TEST_CASE("a body that is expected is refused only after what came before it") {
  ListenerFixture fixture;
  auto client = fixture.connect();
  client->send(get("/later") +
               "POST /nowhere HTTP/1.1\r\nHost: localhost\r\nContent-Length: 4\r\n"
               "Expect: 100-continue\r\n\r\n");
  CHECK(client->silent());
  CHECK(fixture.handler->heads == 0);  // is not asked about while the first is under way
  fixture.on_loop([&] { fixture.handler->answer_pending(); });
  CHECK(statuses(client->read_to_end()) == "200 404");
}

TEST_CASE("while an answer is owed a request is not refused: it waits, and may be served then") {
  ListenerFixture fixture;
  auto client = fixture.connect();
  client->send(get("/later"));
  fixture.handler->refuses = true;
  client->send(get("/b"));
  CHECK(client->silent());
  const bool better = GENERATE(false, true);
  fixture.handler->refuses = !better;
  fixture.on_loop([&] { fixture.handler->answer_pending(); });
  CHECK(statuses(client->read_until(better ? "hello /b" : "}")) ==
        (better ? "200 200" : "200 503"));
}

TEST_CASE("a request with a body, of HTTP/1.0 or the last of its connection is for the handler") {
  for (const std::string& request :
       {std::string("POST /b HTTP/1.1\r\nHost: localhost\r\nContent-Length: 4\r\n\r\nbody"),
        std::string("POST /b HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\n\r\n"
                    "4\r\nbody\r\n0\r\n\r\n"),
        get("/b", "Connection: close\r\n"),
        std::string("GET /b HTTP/1.0\r\nConnection: keep-alive\r\n\r\n")}) {
    INFO(request);
    ListenerFixture fixture;
    fixture.handler->refuses = true;
    auto client = fixture.connect();
    client->send(request);
    client->read_until("hello /b");
    CHECK(fixture.handler->received == 1);
  }
}

TEST_CASE("the date and the wait of a refused request are those of its time") {
  ListenerFixture fixture;
  fixture.handler->refuses = true;
  const auto refused = [&] {
    auto client = fixture.connect();
    client->send(get("/b"));
    return client->read_until("}");
  };
  const auto first = refused();
  CHECK(refused() == first);
  fixture.world.advance(seconds{3});
  const auto later = refused();
  const auto without_date = [](std::string text) { return text.erase(text.find("Date: "), 35); };
  CHECK(later != first);
  CHECK(without_date(later) == without_date(first));
  fixture.handler->retry_after = seconds{9};
  CHECK(refused().find("\r\nRetry-After: 9\r\n") != std::string::npos);
}

}  // namespace
}  // namespace rollcall::tests
