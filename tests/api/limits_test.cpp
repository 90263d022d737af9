// Messages over the limits get a problem document, and their connection is closed.
#include "tests/support/catch.hpp"
#include "tests/support/daemon/daemon_process.hpp"
#include "tests/support/daemon/users.hpp"

namespace rollcall::tests {

namespace {

std::string of_size(std::size_t size) { return std::string(size, 'a'); }

/// A create whose body has exactly this many bytes, nearly all of them white space.
std::string padded_user(std::size_t size) {
  const std::string user = R"({"name":"Ada"})";
  return user + std::string(size - user.size(), ' ');
}

/// Fails the test unless the answer is this problem and the connection is closed after it.
void check_refused(HttpClient& client, int status, const std::string& slug) {
  const auto answer = client.read();
  check_problem(answer, status, slug, "");
  CHECK(answer.header("Connection") == "close");
  CHECK(client.closed_by_peer());
}

}  // namespace

TEST_CASE("a body of the greatest size is read, one byte more is 413") {
  DaemonProcess daemon({.loops = 3});
  HttpClient client(daemon.port());
  CHECK(client.write("POST", "/users", padded_user(65'536)).status == 201);
  const Request over{.method = "POST",
                     .target = "/users",
                     .headers = {{"Content-Type", "application/json"}},
                     .body = padded_user(65'537)};
  client.send(over.bytes());
  check_refused(client, 413, "content-too-large");
}

TEST_CASE("a body in chunks is held to the same size") {
  DaemonProcess daemon({.loops = 3});
  HttpClient client(daemon.port());
  client.send(
      "POST /users HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n"
      "Transfer-Encoding: chunked\r\n\r\n10001\r\n" +
      padded_user(0x10001) + "\r\n0\r\n\r\n");
  check_refused(client, 413, "content-too-large");
}

TEST_CASE("a client that sends a body far over the limit can read why it is refused") {
  DaemonProcess daemon({.loops = 3});
  HttpClient client(daemon.port());
  const Request over{.method = "POST",
                     .target = "/users",
                     .headers = {{"Content-Type", "application/json"}},
                     .body = padded_user(8 * 1'048'576)};
  client.send(over.bytes());
  client.finish_sending();
  check_refused(client, 413, "content-too-large");
  CHECK(HttpClient(daemon.port()).get("/").status == 200);
}

TEST_CASE("a length over the limit is refused before a byte of the body is sent") {
  DaemonProcess daemon({.loops = 3});
  HttpClient client(daemon.port());
  client.send("POST /users HTTP/1.1\r\nHost: localhost\r\nContent-Length: 65537\r\n\r\n");
  check_refused(client, 413, "content-too-large");
}

TEST_CASE("a head is bounded as a whole") {
  DaemonProcess daemon({.loops = 3});
  HttpClient client(daemon.port());
  Headers headers;
  for (int i = 0; i < 5; ++i) headers.emplace_back("X-" + std::to_string(i), of_size(8'000));
  client.send(Request{.headers = headers}.bytes());
  check_refused(client, 431, "header-fields-too-large");
}

TEST_CASE("a target of the greatest size is read, one byte more is 414") {
  DaemonProcess daemon({.loops = 3});
  HttpClient client(daemon.port());
  const auto longest = "/" + of_size(24'575);
  CHECK(client.get(longest).status == 404);
  client.send(Request{.target = longest + "a"}.bytes());
  check_refused(client, 414, "uri-too-long");
  HttpClient longer(daemon.port());
  longer.send("GET /" + of_size(40'000));  // and no end
  check_refused(longer, 414, "uri-too-long");
}

TEST_CASE("a field of the greatest size is read, one over it is 431") {
  DaemonProcess daemon({.loops = 3});
  HttpClient client(daemon.port());
  CHECK(client.get("/", {{"X", of_size(8'000)}}).status == 200);
  client.send(Request{.headers = {{"X", of_size(9'000)}}}.bytes());
  check_refused(client, 431, "header-fields-too-large");
}

TEST_CASE("a field name that is too long is 431 too") {
  DaemonProcess daemon({.loops = 3});
  HttpClient client(daemon.port());
  client.send(Request{.headers = {{of_size(9'000), "x"}}}.bytes());
  check_refused(client, 431, "header-fields-too-large");
}

TEST_CASE("a hundred fields are read, one more is 431") {
  DaemonProcess daemon({.loops = 3});
  HttpClient client(daemon.port());
  Headers headers;
  for (int i = 0; i < 99; ++i) headers.emplace_back("X-" + std::to_string(i), "x");
  CHECK(client.get("/", headers).status == 200);  // 100 with Host
  headers.emplace_back("X-99", "x");
  client.send(Request{.headers = headers}.bytes());
  check_refused(client, 431, "header-fields-too-large");
}

TEST_CASE("the limits are settings") {
  DaemonProcess daemon({.loops = 3,
                        .set = {"http.max_body_bytes=1024", "http.max_target_bytes=256",
                                "http.max_field_bytes=512", "http.max_fields=16"}});
  HttpClient body(daemon.port());
  body.send(Request{.method = "POST",
                    .target = "/users",
                    .headers = {{"Content-Type", "application/json"}},
                    .body = padded_user(1'025)}
                .bytes());
  check_refused(body, 413, "content-too-large");
  HttpClient target(daemon.port());
  target.send(Request{.target = "/" + of_size(256)}.bytes());
  check_refused(target, 414, "uri-too-long");
  HttpClient field(daemon.port());
  field.send(Request{.headers = {{"X", of_size(600)}}}.bytes());
  check_refused(field, 431, "header-fields-too-large");
}

}  // namespace rollcall::tests
