// Requests of one connection around an unsafe one, and Expect.
#include "tests/support/catch.hpp"
#include "tests/support/daemon/daemon_process.hpp"
#include "tests/support/daemon/users.hpp"

namespace rollcall::tests {

namespace {

constexpr std::string_view ada = R"({"name":"Ada"})";

std::string post_head(const std::string& target, const std::string& fields) {
  return "POST " + target + " HTTP/1.1\r\nHost: localhost\r\nContent-Length: 14\r\n" + fields +
         "Expect: 100-continue\r\n\r\n";
}

}  // namespace

TEST_CASE("a read that is pipelined behind a write sees it, and one before it does not") {
  SampleDaemon sample;
  for (int id = 1; id <= 20; ++id) {
    const auto target = "/users/" + std::to_string(id);
    const auto read = Request{.target = target}.bytes();
    auto client = sample.connect();
    client.send(read + Request{.method = "DELETE", .target = target}.bytes() + read + read);
    CHECK(client.read().status == 200);
    CHECK(client.read().status == 204);
    CHECK(client.read().status == 404);
    CHECK(client.read().status == 404);
  }
}

TEST_CASE("a client that waits for 100 gets it, and then its answer") {
  SampleDaemon sample;
  auto client = sample.connect();
  for (int i = 0; i < 3; ++i) {
    client.send(post_head("/users", "Content-Type: application/json\r\n"));
    CHECK(client.read().status == 100);
    client.send(ada.substr(0, 5));
    client.send(ada.substr(5));
    CHECK(client.read().status == 201);
  }
}

TEST_CASE("100 comes after the answers that are owed") {
  SampleDaemon sample;
  auto client = sample.connect();
  client.send(Request{.target = "/users/1"}.bytes() + Request{.target = "/users/2"}.bytes() +
              post_head("/users", "Content-Type: application/json\r\n"));
  CHECK(client.read().json().at("id") == 1);
  CHECK(client.read().json().at("id") == 2);
  CHECK(client.read().status == 100);
  client.send(ada);
  CHECK(client.read().status == 201);
}

TEST_CASE("a client that does not wait for 100 gets only its answer") {
  SampleDaemon sample;
  auto client = sample.connect();
  CHECK(client.write("POST", "/users", std::string(ada), {{"Expect", "100-continue"}}).status ==
        201);
  CHECK(client.get("/users/1").status == 200);
}

TEST_CASE("a head that decides the answer is answered at once, and its body not read") {
  SampleDaemon sample;
  struct Row {
    std::string head;
    int status;
    std::string slug;
    std::string path;
  };
  const std::string json = "Content-Type: application/json\r\n";
  for (const auto& row : {Row{post_head("/nowhere", json), 404, "not-found", "/nowhere"},
                          Row{post_head("/users/1", json), 405, "method-not-allowed", "/users/1"},
                          Row{post_head("/users", "Content-Type: text/plain\r\n"), 415,
                              "unsupported-media-type", "/users"},
                          Row{post_head("/users", json + "Origin: http://evil.example\r\n"), 403,
                              "forbidden", "/users"}}) {
    INFO(row.head);
    auto client = sample.connect();
    client.send(row.head);
    const auto answer = client.read();
    check_problem(answer, row.status, row.slug, row.path);
    CHECK(answer.header("Connection") == "close");
    CHECK(client.closed_by_peer());
  }
}

}  // namespace rollcall::tests
