// HTTP/1.1 itself: connections, pipelines, versions and Host.
#include "tests/support/catch.hpp"
#include "tests/support/daemon/daemon_process.hpp"
#include "tests/support/daemon/users.hpp"

namespace rollcall::tests {

TEST_CASE("a connection serves many requests, also after errors") {
  SampleDaemon sample;
  auto client = sample.connect();
  for (int i = 1; i <= 50; ++i) {
    CHECK(client.get("/users/" + std::to_string(i)).status == 200);
    CHECK(client.get("/users/0").status == 400);
    CHECK(client.get("/nowhere").status == 404);
    CHECK(client.ask({.method = "DELETE", .target = "/users"}).status == 405);
  }
}

TEST_CASE("ten pipelined requests are answered in their order") {
  SampleDaemon sample;
  auto client = sample.connect();
  std::string bytes;
  for (int i = 1; i <= 10; ++i) {
    // Every third one is answered without the database.
    const bool quick = i % 3 == 0;
    bytes += Request{.target = "/users/" + (quick ? "x" : std::to_string(i))}.bytes();
  }
  client.send(bytes);
  for (int i = 1; i <= 10; ++i) {
    INFO("answer " << i);
    const auto answer = client.read();
    if (i % 3 == 0) {
      CHECK(answer.status == 400);
    } else {
      REQUIRE(answer.status == 200);
      CHECK(answer.json().at("id") == i);
    }
  }
}

TEST_CASE("answers that are ready together are sent by one write") {
  SampleDaemon sample;
  auto client = sample.connect();
  const auto ask_ten = [&](const std::string& target) {
    std::string bytes;
    for (int i = 0; i < 10; ++i) bytes += Request{.target = target}.bytes();
    const auto before = client.pieces();
    client.send(bytes);
    for (int i = 0; i < 10; ++i) CHECK(client.read().status == 200);
    return client.pieces() - before;
  };
  CHECK(ask_ten("/users/7") <= 2);
  // Requests that need no actor: the first is answered before the second one is read.
  CHECK(ask_ten("/") <= 3);
}

TEST_CASE("a full pipeline is answered before the malformed request that follows it") {
  SampleDaemon sample;
  auto client = sample.connect();
  std::string bytes;
  for (int i = 1; i <= 16; ++i) bytes += Request{.target = "/users/" + std::to_string(i)}.bytes();
  client.send(bytes + "no HTTP at all\r\n\r\n");
  for (int i = 1; i <= 16; ++i) CHECK(client.read().json().at("id") == i);
  check_problem(client.read(), 400, "bad-request", "");
  CHECK(client.closed_by_peer());
}

TEST_CASE("an answer after which the connection ends is the last of those sent together") {
  SampleDaemon sample;
  auto client = sample.connect();
  const Request closing{.target = "/users/2", .headers = {{"Connection", "close"}}};
  client.send(Request{.target = "/users/1"}.bytes() + closing.bytes());
  CHECK(client.read().json().at("id") == 1);
  CHECK(client.read().json().at("id") == 2);
  CHECK(client.closed_by_peer());
}

TEST_CASE("more pipelined requests than are read at once are all answered in order") {
  SampleDaemon sample;
  auto client = sample.connect();
  std::string bytes;
  for (int i = 1; i <= 200; ++i) bytes += Request{.target = "/users/" + std::to_string(i)}.bytes();
  client.send(bytes);
  for (int i = 1; i <= 200; ++i) {
    const auto answer = client.read();
    INFO("answer " << i << ": " << answer.body);
    REQUIRE(answer.status == 200);
    REQUIRE(answer.json().at("id") == i);
  }
}

TEST_CASE("pipelined writes and reads of one user take effect in their order") {
  SampleDaemon sample;
  auto client = sample.connect();
  const auto rename = [](const std::string& name) {
    return Request{.method = "PATCH",
                   .target = "/users/7",
                   .headers = {{"Content-Type", "application/json"}},
                   .body = Json{{"name", name}}.dump()}
        .bytes();
  };
  client.send(rename("Ada") + rename("Eve") + rename("Bob"));
  for (const std::string name : {"Ada", "Eve", "Bob"}) {
    CHECK(client.read().json().at("name") == name);
  }
  CHECK(client.get("/users/7").json().at("version") == 4);
}

TEST_CASE("a request that arrives byte by byte is answered") {
  SampleDaemon sample;
  auto client = sample.connect();
  for (const char byte : Request{.target = "/users/42"}.bytes()) {
    client.send(std::string_view(&byte, 1));
  }
  CHECK(client.read().json().at("id") == 42);
}

TEST_CASE("Connection: close closes after the answer") {
  SampleDaemon sample;
  auto client = sample.connect();
  const auto answer = client.get("/users/42", {{"Connection", "close"}});
  CHECK(answer.status == 200);
  CHECK(answer.header("Connection") == "close");
  CHECK(client.closed_by_peer());
}

TEST_CASE("whether a connection persists is read from Connection alone, in all its elements") {
  SampleDaemon sample;
  auto client = sample.connect();
  const auto kept = client.get("/users/42", {{"Proxy-Connection", "close"}});
  CHECK(kept.header("Connection") == "keep-alive");
  const auto last = client.get("/users/43", {{"Connection", "c, close"}});
  CHECK(last.header("Connection") == "close");
  CHECK(client.closed_by_peer());
  auto old = sample.connect();
  old.send("GET /users/42 HTTP/1.0\r\nConnection: k, keep-alive\r\n\r\n");
  CHECK(old.read().header("Connection") == "keep-alive");
  CHECK(old.get("/users/43").status == 200);
}

TEST_CASE("an HTTP/1.0 request is answered, without Host too, and the connection closed") {
  SampleDaemon sample;
  auto client = sample.connect();
  client.send("GET /users/42 HTTP/1.0\r\n\r\n");
  const auto answer = client.read();
  CHECK(answer.status == 200);
  CHECK(answer.json().at("id") == 42);
  CHECK(client.closed_by_peer());
}

TEST_CASE("an HTTP/1.0 client may ask to keep the connection") {
  SampleDaemon sample;
  auto client = sample.connect();
  client.send("GET /users/42 HTTP/1.0\r\nConnection: keep-alive\r\n\r\n");
  CHECK(client.read().status == 200);
  client.send("GET /users/43 HTTP/1.0\r\n\r\n");
  CHECK(client.read().json().at("id") == 43);
  CHECK(client.closed_by_peer());
}

TEST_CASE("a higher minor version is served as 1.1, another major version is 505") {
  SampleDaemon sample;
  auto client = sample.connect();
  client.send("GET /users/42 HTTP/1.2\r\nHost: localhost\r\n\r\n");
  CHECK(client.read().json().at("id") == 42);
  client.send("GET /users/42 HTTP/3.0\r\nHost: localhost\r\n\r\n");
  check_problem(client.read(), 505, "version-not-supported", "/users/42");
  CHECK(client.closed_by_peer());
}

TEST_CASE("a request to upgrade is answered as HTTP/1.1, and the connection kept") {
  SampleDaemon sample;
  auto client = sample.connect();
  const auto answer = client.get("/users/42", {{"Connection", "Upgrade, HTTP2-Settings"},
                                               {"Upgrade", "h2c"},
                                               {"HTTP2-Settings", "AAMAAABkAARAAAAAAAIAAAAA"}});
  CHECK(answer.status == 200);
  CHECK(client.get("/users/43").json().at("id") == 43);
  // What stands behind such a head is the next request, or an error.
  client.send(Request{.target = "/users/44", .headers = {{"Upgrade", "websocket"}}}.bytes() +
              "\x81\x05hello");
  CHECK(client.read().json().at("id") == 44);
  check_problem(client.read(), 400, "bad-request", "");
  CHECK(client.closed_by_peer());
}

TEST_CASE("a connection that persists says so, and a 304 has no length") {
  SampleDaemon sample;
  auto client = sample.connect();
  const auto answer = client.get("/users/42", {{"If-None-Match", "\"1\""}});
  CHECK(answer.status == 304);
  CHECK_FALSE(answer.header("Content-Length"));
  CHECK(answer.header("Keep-Alive") == "timeout=60");
}

TEST_CASE("clients that disconnect before their answers affect no other client") {
  SampleDaemon sample;
  auto witness = sample.connect();
  for (int i = 1; i <= 100; ++i) {
    auto client = sample.connect();
    client.send(Request{.target = "/users/" + std::to_string(i)}.bytes());
    client.send("GET /users/1 HT");
  }
  CHECK(witness.get("/users/42").status == 200);
}

TEST_CASE("a body on a GET is skipped, and the next request is parsed") {
  SampleDaemon sample;
  auto client = sample.connect();
  const auto first = client.ask({.target = "/users/42", .body = "GET /nowhere HTTP/1.1\r\n\r\n"});
  CHECK(first.status == 200);
  CHECK(client.get("/users/43").json().at("id") == 43);
}

}  // namespace rollcall::tests
