// A proxy that accepts almost anything, and forwards it as it came.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "tests/support/http/client.hpp"

namespace rollcall::tests {

/// Where lax programs differ.
struct Laxity {
  enum class LineEnd { crlf, lf, cr };  // each with those before it

  LineEnd line_end = LineEnd::lf;
  bool length_wins = false;  // over chunks; among several lengths the last one
};

/// Reads the requests of its clients as Apache Traffic Server 9 does, laxly, and sends the bytes of
/// each, unchanged, over the one connection that all clients share. Then it reads one answer. It
/// has no sockets for its clients and no thread: the test calls it in their name.
class LaxRelay {
 public:
  struct Exchange {
    std::string request;
    Response answer;
  };

  LaxRelay(std::uint16_t port, Laxity laxity) : port_(port), laxity_(laxity) {}

  /// What a client sends on one connection, up to its end. Throws ConnectionClosed where the daemon
  /// does not answer.
  std::vector<Exchange> relay(std::string_view bytes);

 private:
  struct Head {
    std::size_t size = 0;  // 0: incomplete
    std::size_t length = 0;
    bool chunked = false;
  };

  std::size_t line_size(std::string_view text) const;
  bool is_empty(std::string_view line) const;
  Head read_head(std::string_view text) const;
  void note_field(Head& head, std::string_view line) const;
  std::size_t chunks_size(std::string_view text) const;
  std::size_t request_size(std::string_view text) const;
  Response exchange(std::string_view request, bool complete);

  std::uint16_t port_;
  Laxity laxity_;
  std::unique_ptr<HttpClient> upstream_{};
};

}  // namespace rollcall::tests
