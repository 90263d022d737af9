// A client on the thread of the server that it talks to: while the client waits, the ActorWorld
// runs.
#pragma once

#include <fcntl.h>
#include <linux/sockios.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <unistd.h>

#include <chrono>
#include <cstdint>
#include <string>
#include <string_view>
#include <utility>

#include "tests/support/actors/actor_world.hpp"
#include "tests/support/catch.hpp"

namespace rollcall::tests {

class NearClient {
 public:
  explicit NearClient(ActorWorld& world) : world_(world) {
    descriptor_ = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    REQUIRE(descriptor_ >= 0);
    // Else the kernel keeps a second small message back until the first is acknowledged.
    const int on = 1;
    REQUIRE(::setsockopt(descriptor_, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on) == 0);
  }
  NearClient(const NearClient&) = delete;
  NearClient& operator=(const NearClient&) = delete;
  ~NearClient() { ::close(descriptor_); }

  /// False where nobody listens.
  bool connect(std::uint16_t port) {
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_port = htons(port);
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    return ::connect(descriptor_, reinterpret_cast<sockaddr*>(&address), sizeof address) == 0;
  }
  void send(std::string_view bytes) {
    put(bytes);
    world_.settle();
  }
  /// Sends; the world does not run meanwhile.
  void put(std::string_view bytes) const {
    REQUIRE(::send(descriptor_, bytes.data(), bytes.size(), MSG_NOSIGNAL) ==
            static_cast<ssize_t>(bytes.size()));
  }
  /// Sends a few bytes, and waits until the server's kernel has them; the world does not run
  /// meanwhile.
  void put_arriving(std::string_view bytes) const {
    put(bytes);
    const auto end = std::chrono::steady_clock::now() + patience;
    int on_their_way = 0;
    do {
      REQUIRE(::ioctl(descriptor_, SIOCOUTQ, &on_their_way) == 0);
      REQUIRE(std::chrono::steady_clock::now() < end);
    } while (on_their_way > 0);
  }
  /// Sends as much as the kernel takes now.
  void send_some(std::string_view bytes) {
    (void)::send(descriptor_, bytes.data(), bytes.size(), MSG_NOSIGNAL | MSG_DONTWAIT);
    world_.settle();
  }
  void finish_sending() {
    REQUIRE(::shutdown(descriptor_, SHUT_WR) == 0);
    world_.settle();
  }

  /// Resets the connection; the world does not run meanwhile.
  void reset() {
    const linger at_once{1, 0};
    REQUIRE(::setsockopt(descriptor_, SOL_SOCKET, SO_LINGER, &at_once, sizeof at_once) == 0);
    ::close(std::exchange(descriptor_, -1));
  }

  /// Reads until this text, or the end of the connection; returns all that was received so far.
  /// A connection that is reset is a failure, here and below: what was sent may be lost with it.
  std::string read_until(std::string_view end) {
    while (received_.find(end) == std::string::npos && !ended_) read_some();
    return received_;
  }
  std::string read_to_end() {
    while (!ended_) read_some();
    return received_;
  }
  bool silent() {
    world_.settle();
    pollfd wanted{descriptor_, POLLIN, 0};
    return ::poll(&wanted, 1, 0) == 0;
  }

 private:
  void read_some() {
    constexpr int patience_ms = 10'000;
    world_.settle();
    pollfd wanted{descriptor_, POLLIN, 0};
    if (::poll(&wanted, 1, 0) == 0) {
      // Bytes that are still on their way over loopback.
      REQUIRE(::poll(&wanted, 1, patience_ms) == 1);
    }
    char bytes[65'536];
    auto size = ::recv(descriptor_, bytes, sizeof bytes, 0);
    REQUIRE(size >= 0);
    if (size > 0) {
      received_.append(bytes, static_cast<std::size_t>(size));
    } else {
      ended_ = true;
    }
  }

  ActorWorld& world_;
  int descriptor_;
  std::string received_;
  bool ended_ = false;
};

}  // namespace rollcall::tests
