// A URL with two hosts, the first of which does not serve: the daemon reaches the second one.
#include <sys/socket.h>

#include "tests/support/catch.hpp"
#include "tests/support/daemon/loops.hpp"
#include "tests/support/daemon/users.hpp"
#include "tests/support/network/free_port.hpp"
#include "tests/support/postgres/service.hpp"
#include "tests/support/waiting.hpp"

namespace rollcall::tests {

namespace {

/// A port that neither accepts nor refuses connections: its backlog is full, and nobody accepts.
class FullBacklog {
 public:
  FullBacklog() {
    acceptor_.listen(0);
    for (int i = 0; i < 8; ++i) {
      waiting_.emplace_back(io_);
      waiting_.back().async_connect(acceptor_.local_endpoint(), [](auto) {});
    }
    io_.poll();
  }
  std::uint16_t port() const { return acceptor_.local_endpoint().port(); }

 private:
  asio::io_context io_{1};
  asio::ip::tcp::acceptor acceptor_{io_, {asio::ip::address_v4::loopback(), 0}, false};
  std::vector<asio::ip::tcp::socket> waiting_{};
};

std::string url_of(const std::string& hosts, const PgDatabase& database) {
  return "postgres://postgres@" + hosts + "/" + database.name();
}
std::string local(std::uint16_t port) { return "127.0.0.1:" + std::to_string(port); }

/// Fails the test unless every part becomes ready, and a write and a read succeed.
void check_serves(const DaemonProcess& daemon) {
  wait_for_every_part(daemon.admin_port());
  HttpClient client(daemon.port());
  const auto id = create_user(client, "Ada");
  CHECK(client.get("/users/" + std::to_string(id)).json().at("name") == "Ada");
}

}  // namespace

TEST_CASE("of two hosts the second one is reached, whatever the first one does") {
  PgCluster cluster;
  const PgDatabase database(cluster);
  TcpProxy silent(cluster.port());
  silent.swallow();
  const FullBacklog full;
  const std::string does =
      GENERATE("accepts and is silent", "has a full backlog", "refuses", "has no address");
  INFO(does);
  const auto first = does == "accepts and is silent" ? local(silent.port())
                     : does == "has a full backlog"  ? local(full.port())
                     : does == "refuses"             ? local(1)
                                                     : "no-such-host.invalid:5432";
  const auto url = url_of(first + "," + local(cluster.port()), database);
  DaemonProcess daemon(pg_node(url, 3, {"database.connect_timeout_ms=300"}));
  check_serves(daemon);
  // Commands reach the second host too.
  const auto exported = run_command(std::vector<std::string>{"export"} + on_url(url));
  CHECK(exported.exit_code == 0);
  CHECK(exported.out.find("Ada") != std::string::npos);
}

TEST_CASE("a host that stops answering while it serves is replaced by the other one") {
  PgCluster cluster;
  const PgDatabase database(cluster);
  TcpProxy first(cluster.port());
  DaemonProcess daemon(
      pg_node(url_of(local(first.port()) + "," + local(cluster.port()), database)));
  check_serves(daemon);
  first.swallow();
  HttpClient client(daemon.port());
  wait_for_service(client, "/users/1");
  wait_for_every_part(daemon.admin_port());
}

}  // namespace rollcall::tests
