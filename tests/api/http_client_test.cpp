// What the tests' HTTP client takes for an orderly end of its connection.
#include "tests/support/http/client.hpp"

#include <netinet/in.h>
#include <sys/socket.h>

#include <optional>

#include "tests/support/catch.hpp"

namespace rollcall::tests {
namespace {

// A listening socket, and a client of it whose connection is accepted.
struct AcceptedClient {
  AcceptedClient() {
    REQUIRE(::listen(listening.get(), 1) == 0);
    sockaddr_in address{};
    socklen_t size = sizeof address;
    REQUIRE(::getsockname(listening.get(), reinterpret_cast<sockaddr*>(&address), &size) == 0);
    client.emplace(ntohs(address.sin_port));
    accepted = Descriptor(::accept4(listening.get(), nullptr, nullptr, SOCK_CLOEXEC));
    REQUIRE(accepted.open());
  }

  Descriptor listening{::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)};
  Descriptor accepted{};
  std::optional<HttpClient> client{};
};

TEST_CASE("a connection that is reset is not closed in order, one whose stream ends is") {
  AcceptedClient ended;
  ended.accepted = Descriptor{};
  CHECK(ended.client->closed_by_peer());

  AcceptedClient reset;
  reset.client->send("not read");
  REQUIRE(reset.accepted.wait_readable());
  reset.accepted = Descriptor{};
  CHECK_FALSE(reset.client->closed_by_peer());
}

}  // namespace
}  // namespace rollcall::tests
