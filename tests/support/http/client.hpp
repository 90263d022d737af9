// A plain HTTP/1.1 client that sends exactly the bytes it is given and reads exactly one answer.
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <stdexcept>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <nlohmann/json.hpp>

#include "tests/support/network/descriptor.hpp"
#include "tests/support/network/segments.hpp"

namespace rollcall::tests {

using Json = nlohmann::ordered_json;
using Headers = std::vector<std::pair<std::string, std::string>>;

struct Response {
  std::string version;  // "HTTP/1.1"
  int status = 0;
  Headers headers{};
  std::string body{};

  /// The value of the first header of this name, whatever its case; nothing where there is none.
  std::optional<std::string> header(std::string_view name) const;
  std::size_t count(std::string_view name) const;
  /// The body as JSON; throws where it is no JSON.
  Json json() const { return Json::parse(body); }
};

/// The daemon closed the connection, or refused it, instead of answering.
struct ConnectionClosed : std::runtime_error {
  using std::runtime_error::runtime_error;
};

struct Request {
  std::string method = "GET";
  std::string target = "/";
  Headers headers{};
  std::optional<std::string> body{};

  /// The request as it is sent: with Host, and with Content-Length where there is a body.
  std::string bytes() const;
};

/// One connection to 127.0.0.1. Every wait ends after `patience`, with an exception.
class HttpClient {
 public:
  /// How much the kernels of both sides keep of what the client does not read: as much as they
  /// like, which is over a megabyte here, or some 10,000 bytes.
  enum class Buffers { of_the_kernel, small };
  /// Throws ConnectionClosed where nobody listens.
  explicit HttpClient(std::uint16_t port, Buffers buffers = Buffers::of_the_kernel);

  /// Sends these bytes. Throws ConnectionClosed where the other side has closed.
  void send(std::string_view bytes);
  /// Half-closes the connection: the other side reads the end.
  void finish_sending();
  /// Reads one answer. `to` is the method of the request: an answer to HEAD has no body.
  Response read(std::string_view to = "GET");
  /// Reads the head of an answer, and no more.
  Response read_head();
  /// Reads on through this text; nothing where the connection ends before.
  std::optional<std::string> read_through(std::string_view end);
  /// Reads so many bytes; nothing where the connection ends before.
  std::optional<std::string> read_bytes(std::size_t size);
  /// Sends a request and reads its answer.
  Response ask(const Request& request);
  Response get(const std::string& target, Headers headers = {}) {
    return ask({.method = "GET", .target = target, .headers = std::move(headers)});
  }
  /// With `Content-Type: application/json`, or another that `headers` names.
  Response write(const std::string& method, const std::string& target, const std::string& body,
                 Headers headers = {});
  /// Waits for the other side to end the stream without another byte; false where bytes came, or
  /// where it reset the connection, which may cost the client what was sent before.
  bool closed_by_peer();
  /// Whether an answer, or the end of the connection, is there within this time.
  bool wait_readable(std::chrono::milliseconds limit) const { return socket_.wait_readable(limit); }
  /// How many TCP segments with data have arrived so far (see segments_received): at least one for
  /// each write of the daemon.
  std::uint32_t pieces() const { return segments_received(socket_.get()); }

 private:
  bool receive();

  Descriptor socket_;
  std::string unread_;
};

/// One request on a connection of its own.
Response ask_once(std::uint16_t port, const Request& request);

}  // namespace rollcall::tests
