// Messages that break HTTP/1.1: each is answered, and its connection closed.
#include "tests/support/catch.hpp"
#include "tests/support/daemon/daemon_process.hpp"
#include "tests/support/daemon/users.hpp"

namespace rollcall::tests {

namespace {

struct Malformed {
  std::string bytes;
  int status;
};

const std::string host = "Host: localhost\r\n";
const std::string json = "Content-Type: application/json\r\n";
const std::string get_first = "GET /users/1 HTTP/1.1\r\n" + host + "\r\n";
const std::string chunked =
    "POST /users HTTP/1.1\r\n" + host + json + "Transfer-Encoding: chunked\r\n\r\n";

std::string post(const std::string& fields, const std::string& body = "") {
  return "POST /users HTTP/1.1\r\n" + host + json + fields + "\r\n\r\n" + body;
}

const std::vector<Malformed>& malformed() {
  static const std::vector<Malformed> all{
      {"hello\r\n\r\n", 400},
      {"GET\r\n\r\n", 400},
      {std::string("\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03\x00", 12), 400},  // TLS
      {"GET /users/1 HTTP/1.1\r\n\r\n", 400},
      {"GET /users/1 HTTP/1.1\r\n" + host + host + "\r\n", 400},
      {"GET /users/1 HTTP/1.1\r\nHost: a/b\r\n\r\n", 400},
      {"GET * HTTP/1.1\r\n" + host + "\r\n", 400},
      {"GET  /users/1  HTTP/1.1\r\n" + host + "\r\n", 400},
      {"GET /users/1 HTTP/1.1\n" + host + "\r\n", 400},
      {"GET /users/1 HTTP/1.1\r\n" + host + "A: b\r\n c\r\n\r\n", 400},
      {"GET /users/1 HTTP/1.1\r\n" + host + "A : b\r\n\r\n", 400},
      {"GET /users/1 HTTP/1.1\r\n" + host + "A: \x01\r\n\r\n", 400},
      {"GET /users/1 HTTP/9.9\r\n" + host + "\r\n", 505},
      {"QUERY /users HTTP/1.1\r\n" + host + "Content-Length: 0\r\n\r\n", 501},
      {"patch /users/1 HTTP/1.1\r\n" + host + "\r\n", 501},
      {"CONNECT localhost:1 HTTP/1.1\r\n" + host + "\r\n", 501},
      {post("Content-Length: abc"), 400},
      {post("Content-Length: -1"), 400},
      {post("Content-Length: 1\r\nContent-Length: 1", "x"), 400},
      {post("Content-Length: 5\r\nTransfer-Encoding: chunked", "0\r\n\r\n"), 400},
      {post("Transfer-Encoding: gzip, chunked", "0\r\n\r\n"), 501},
      {post("Transfer-Encoding: xchunked"), 400},
      {post("Content-Type: text/plain\r\nContent-Length: 1", "x"), 400},
      // A bare CR and one more byte, where a parser may take the two for CRLF.
      {"GET / HTTP/1.1\r\n" + host + "\rX" + get_first, 400},
      {"GET / HTTP/1.1\r\n" + host + "A:\rZContent-Length: 35\r\n\r\n" + get_first, 400},
      {chunked + "e\rX{\"name\":\"Abc\"}\r\n0\r\n\r\n", 400},
      {chunked + "e\r\n{\"name\":\"Abc\"}XX0\r\n\r\n", 400},
      {chunked + "e\r\n{\"name\":\"Abc\"}\r\n0\rX\r\n", 400},
      {chunked + "e\r\n{\"name\":\"Abc\"}\r\n0\r\n\rX", 400},
      {chunked + "e;\r\n{\"name\":\"Abc\"}\r\n0\r\n\r\n", 400},
      {chunked + "g\r\n", 400},
  };
  return all;
}

}  // namespace

TEST_CASE("a malformed message is answered, its connection closed, and nothing is carried out") {
  SampleDaemon sample;
  auto witness = sample.connect();
  const auto before = witness.get("/users?limit=500&after=900").json();
  for (const auto& [bytes, status] : malformed()) {
    INFO(bytes);
    auto client = sample.connect();
    client.send(bytes);
    const auto answer = client.read();
    CHECK(answer.status == status);
    CHECK(answer.header("Content-Type") == "application/problem+json");
    CHECK(answer.header("Connection") == "close");
    CHECK(client.closed_by_peer());
  }
  CHECK(witness.get("/users?limit=500&after=900").json() == before);
}

TEST_CASE("what was requested before a malformed message is answered first") {
  SampleDaemon sample;
  for (const auto& [bytes, status] : malformed()) {
    INFO(bytes);
    auto client = sample.connect();
    client.send(get_first + get_first + bytes);
    CHECK(client.read().json().at("id") == 1);
    CHECK(client.read().json().at("id") == 1);
    CHECK(client.read().status == status);
    CHECK(client.closed_by_peer());
  }
}

TEST_CASE("a write is answered also where what follows it is malformed") {
  SampleDaemon sample;
  auto client = sample.connect();
  client.send(post("Content-Length: 14", R"({"name":"Abc"})") + "garbage\r\n\r\n");
  const auto created = client.read();
  CHECK(created.status == 201);
  check_problem(client.read(), 400, "bad-request", "");
  CHECK(client.closed_by_peer());
  CHECK(sample.connect().get(created.header("Location").value_or("")).status == 200);
}

TEST_CASE("the problem document names the path of the request, and an answer to HEAD has no body") {
  SampleDaemon sample;
  auto client = sample.connect();
  client.send("GET /users/42?x=1 HTTP/1.1\r\n" + host + "A : b\r\n\r\n");
  check_problem(client.read(), 400, "bad-request", "/users/42");
  for (const auto& [bytes, status] : std::vector<Malformed>{
           {"HEAD /users/42 HTTP/1.1\r\n\r\n", 400},
           {"HEAD  /users/42 HTTP/1.1\r\n" + host + "\r\n", 400},
           {"HEAD /users/42 HTTP/9.9\r\n" + host + "\r\n", 505},
           {"HEAD /" + std::string(25'000, 'a') + " HTTP/1.1\r\n" + host + "\r\n", 414}}) {
    INFO(bytes);
    auto head = sample.connect();
    head.send(bytes);
    CHECK(head.read("HEAD").status == status);
    CHECK(head.closed_by_peer());
  }
}

TEST_CASE("a client that ends its connection inside a request is told so") {
  SampleDaemon sample;
  for (const std::string& begun :
       {std::string("GET /users/42 HT"), post("Content-Length: 14", "{")}) {
    INFO(begun);
    auto client = sample.connect();
    client.send(begun);
    client.finish_sending();
    CHECK(client.read().status == 400);
    CHECK(client.closed_by_peer());
  }
}

TEST_CASE("white space behind the value of a field is no part of it") {
  SampleDaemon sample;
  auto client = sample.connect();
  client.send(post("Content-Length: 14\t ", R"({"name":"Abc"})"));
  CHECK(client.read().status == 201);
  const auto last = client.get("/users/42", {{"Connection", "close\t"}});
  CHECK(last.status == 200);
  CHECK(client.closed_by_peer());
}

TEST_CASE("nothing is read behind the last request of a connection") {
  SampleDaemon sample;
  auto client = sample.connect();
  const Request last{.target = "/users/1", .headers = {{"Connection", "close"}}};
  client.send(last.bytes() + post("Content-Length: 14", R"({"name":"Abc"})"));
  CHECK(client.read().json().at("id") == 1);
  CHECK(client.closed_by_peer());
  CHECK(sample.connect().get("/users?after=1000").json().at("users").empty());
}

}  // namespace rollcall::tests
