// By which names clients may address the daemon, and what pages of other origins may do.
#include "tests/support/catch.hpp"
#include "tests/support/daemon/daemon_process.hpp"
#include "tests/support/daemon/users.hpp"

namespace rollcall::tests {

namespace {

Response ask_host(std::uint16_t port, const std::string& host, const std::string& target,
                  const std::string& method = "GET") {
  HttpClient client(port);
  client.send(method + " " + target + " HTTP/1.1\r\nHost: " + host + "\r\n\r\n");
  return client.read(method);
}

}  // namespace

TEST_CASE("a request for a host that is not served is 421, and not carried out") {
  SampleDaemon sample;
  for (const std::string host : {"evil.example", "localhost.evil.example", "192.0.2.1:8080"}) {
    INFO(host);
    check_problem(ask_host(sample.port(), host, "/users/79", "DELETE"), 421, "misdirected-request",
                  "/users/79");
    CHECK(ask_host(sample.port(), host, "/users/79").status == 421);
    CHECK(ask_host(sample.process().admin_port(), host, "/ready").status == 421);
  }
  CHECK(sample.connect().get("/users/79").status == 200);
}

TEST_CASE("the daemon is served by the names and addresses of loopback") {
  SampleDaemon sample;
  for (const std::string host :
       {"localhost", "LOCALHOST:1", "app.localhost", "127.0.0.1:9999", "127.8.8.8", "[::1]:80"}) {
    INFO(host);
    CHECK(ask_host(sample.port(), host, "/users/79").status == 200);
    CHECK(ask_host(sample.process().admin_port(), host, "/live").status == 200);
  }
}

TEST_CASE("http.allowed_hosts adds names, on both sides") {
  DaemonProcess daemon({.loops = 1, .set = {"http.allowed_hosts=users.example 192.0.2.1"}});
  for (const std::string host : {"users.example", "Users.Example:443", "192.0.2.1", "localhost"}) {
    INFO(host);
    CHECK(ask_host(daemon.port(), host, "/users/79").status == 404);
    CHECK(ask_host(daemon.admin_port(), host, "/live").status == 200);
  }
  CHECK(ask_host(daemon.port(), "a.users.example", "/users/79").status == 421);
  DaemonProcess open({.loops = 1, .set = {"http.allowed_hosts=*"}});
  CHECK(ask_host(open.port(), "anything.example", "/users/79").status == 404);
}

TEST_CASE("a page of another origin can read, and change nothing") {
  SampleDaemon sample;
  auto client = sample.connect();
  for (const auto& [field, value] : Headers{{"Origin", "http://evil.example"},
                                            {"Origin", "null"},
                                            {"Sec-Fetch-Site", "cross-site"},
                                            {"Sec-Fetch-Site", "same-site"}}) {
    INFO(field << ": " << value);
    const Request removal{.method = "DELETE", .target = "/users/79", .headers = {{field, value}}};
    check_problem(client.ask(removal), 403, "forbidden", "/users/79");
    CHECK(client.get("/users/79", {{field, value}}).status == 200);
  }
  const Request own{.method = "DELETE",
                    .target = "/users/79",
                    .headers = {{"Origin", "http://localhost"}, {"Sec-Fetch-Site", "same-origin"}}};
  CHECK(client.ask(own).status == 204);
}

}  // namespace rollcall::tests
