// A client of GET /events, which reads as WHATWG HTML 9.2.6 says.
#pragma once

#include <cstdint>
#include <optional>
#include <stdexcept>
#include <string>

#include "tests/support/http/client.hpp"

namespace rollcall::tests {

struct Event {
  std::string id;
  std::string type;
  std::string data;
};

/// The answer was no stream.
struct NoStream : std::runtime_error {
  explicit NoStream(int its_status)
      : std::runtime_error("no stream, but " + std::to_string(its_status)), status(its_status) {}
  int status;
};

/// Each wait ends after `patience`, with an exception.
class EventStream {
 public:
  /// Sends the request and reads the head of the answer; throws NoStream where that is none.
  explicit EventStream(std::uint16_t port, const std::string& target = "/events",
                       Headers headers = {},
                       HttpClient::Buffers buffers = HttpClient::Buffers::of_the_kernel);

  const Response& head() const { return head_; }
  /// Reads to the next event; nothing where the stream ends or is reset before.
  std::optional<Event> next();
  /// Reads the next block, also one that dispatches no event. False where the stream ends before.
  bool read_block();
  /// What a browser sends as Last-Event-ID when it comes again.
  const std::string& last_id() const { return last_id_; }
  /// Whether something, or the end, is there to be read already.
  bool readable() const { return client_.wait_readable(std::chrono::milliseconds{0}); }

 private:
  std::optional<std::string> read_text();
  bool read_chunk();

  HttpClient client_;
  Response head_;
  std::string chunks_{};  // what proxies send in the chunked coding (RFC 9112 7.1), decoded
  std::string last_id_{};
  std::optional<Event> event_{};
};

}  // namespace rollcall::tests
