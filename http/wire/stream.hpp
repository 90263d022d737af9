// The body of a response that goes on until its connection ends, such as a stream of events.
#pragma once

#include <cstddef>
#include <memory>
#include <string>

namespace rollcall::http {

/// Bytes of a stream, which many connections may send.
using StreamPart = std::shared_ptr<const std::string>;

/// Where the parts of one body go. For one loop's thread.
class StreamOutput {
 public:
  StreamOutput() = default;
  StreamOutput(const StreamOutput&) = delete;
  StreamOutput& operator=(const StreamOutput&) = delete;
  virtual ~StreamOutput() = default;

  /// Sends the part behind those before it; drops it if the response has ended.
  virtual void send(StreamPart part) = 0;
  /// The bytes that the socket has not taken yet, those of the head included.
  virtual std::size_t unsent() const = 0;
  /// Ends the response, and its connection, at once: what is unsent is dropped. The body is told
  /// that it is closed, perhaps inside this call.
  virtual void end() = 0;
};

/// A body whose length is not known. HTTP/1.0 has no other way to end it than to close the
/// connection, and for HTTP/1.1 it is allowed (RFC 9112 6.3, item 8): so every stream ends so. The
/// connection calls these, on the loop's thread.
class StreamBody {
 public:
  StreamBody() = default;
  StreamBody(const StreamBody&) = delete;
  StreamBody& operator=(const StreamBody&) = delete;
  virtual ~StreamBody() = default;

  /// The head is on its way. Not called if the body is not to be sent, as in answer to HEAD.
  virtual void begin(std::shared_ptr<StreamOutput> output) = 0;
  /// The socket has taken all that was sent.
  virtual void drained() = 0;
  /// The connection has ended, by whichever side. Called once, after `begin`.
  virtual void closed() = 0;
};

}  // namespace rollcall::http
