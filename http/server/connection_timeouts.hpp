// How long a connection may wait for its client.
#pragma once

#include <chrono>
#include <cstdint>

namespace rollcall::http {

/// The times that a client has, and the time itself, in ticks: so nobody reads a clock for each
/// request. Shared by the connections of one listener.
class ConnectionTimeouts {
 public:
  using Duration = std::chrono::milliseconds;
  /// How often the connections are checked; a timeout is late by two of these at most.
  static constexpr Duration tick{500};
  /// How long a client may go on sending after the last response, before it is cut off.
  static constexpr Duration lingering_time{5'000};

  /// `head`: from the first byte of a request to the end of its head. `body`: from there to the end
  /// of its body. `idle`: between two requests. `write`: for the client to take a response.
  ConnectionTimeouts(Duration head, Duration body, Duration idle, Duration write)
      : head_(ticks(head)), body_(ticks(body)), idle_(ticks(idle)), write_(ticks(write)) {}

  std::uint32_t now() const { return now_; }
  void advance() { ++now_; }

  std::uint32_t head() const { return head_; }
  std::uint32_t body() const { return body_; }
  std::uint32_t idle() const { return idle_; }
  std::uint32_t write() const { return write_; }
  std::uint32_t lingering() const { return ticks(lingering_time); }

 private:
  // One more, since the time may begin just before a tick.
  static std::uint32_t ticks(Duration time) {
    return static_cast<std::uint32_t>((time + tick - Duration(1)) / tick) + 1;
  }

  std::uint32_t head_;
  std::uint32_t body_;
  std::uint32_t idle_;
  std::uint32_t write_;
  std::uint32_t now_ = 0;
};

}  // namespace rollcall::http
