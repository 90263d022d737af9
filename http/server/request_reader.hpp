// Reads the requests of one connection for RESTinio, and gives it only what is valid.
//
// RESTinio closes a connection, with its responses unsent, when it reads the end of the stream or
// when its parser finds an error; and its parser, http-parser 2.9, accepts much that RFC 9112
// forbids. So the bytes are validated before. An invalid request is answered here, after the
// responses that are owed, and the connection ends; RESTinio sees the end of the stream.
#pragma once

#include <cstddef>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <system_error>
#include <utility>

#include <asio/buffer.hpp>

#include "http/server/connection_state.hpp"
#include "http/server/early_responses.hpp"
#include "http/wire/problem.hpp"
#include "http/wire/request_limits.hpp"
#include "http/wire/syntax/request_validator.hpp"

namespace rollcall::http {

class ConnectionSocket;

/// What to do for the read that RESTinio waits for.
struct ReadStep {
  enum class Next {
    deliver,        // complete the read, with these bytes or this error
    when_readable,  // take another step when the socket has something to read,
    when_writable,  // has room for more to send,
    when_settled,   // when no response is owed any more,
    in_turn,        // or after what else the loop has to do
  };
  Next next;
  std::error_code failed{};
  std::size_t size = 0;
};

/// Requests that are pipelined behind an unsafe one are held back until that one is answered, and
/// an unsafe one until those before it are (RFC 9112 9.3.2). `Expect: 100-continue` is answered
/// with 100, or with the final response if the head alone decides it (RFC 9110 10.1.1). Under
/// overload requests without a body are refused here, one in a turn, when nothing is owed. Used on
/// the loop's thread only.
class RequestReader {
 public:
  RequestReader(std::shared_ptr<ConnectionState> state, std::shared_ptr<EarlyResponses> early,
                const RequestLimits& limits)
      : state_(std::move(state)), early_(std::move(early)), validator_(limits) {}

  /// `to` gets the bytes that may be delivered.
  ReadStep step(ConnectionSocket& socket, asio::mutable_buffer to);
  /// Whether a step has something to do before the socket is readable.
  bool has_work() const { return must_settle() || !held_.empty() || state_->lacks_room(); }

 private:
  // A step either decides what the read gets, or the next one does.
  using Decision = std::optional<ReadStep>;

  bool must_settle() const { return waits_ || ended_ || !out_.empty(); }
  Decision settle(ConnectionSocket& socket);
  ReadStep end_turn();
  Decision deliver_held(asio::mutable_buffer to);
  Decision receive_if_room(ConnectionSocket& socket, asio::mutable_buffer to);
  Decision receive(ConnectionSocket& socket, asio::mutable_buffer to);
  void begin_to_linger(ConnectionSocket& socket);
  ReadStep linger(ConnectionSocket& socket, asio::mutable_buffer to);

  std::size_t pass(std::span<char> input, std::size_t room);
  bool clear_next(std::span<char> input);
  void note_incomplete();
  bool admit(std::string_view text, bool first);
  bool admit_body(std::string_view text);
  void note_piece_passed(bool more_has_arrived);
  void note_end_of_stream();
  void refuse_unfinished(const Problem& problem);
  void refuse(std::string&& response);

  std::shared_ptr<ConnectionState> state_;
  std::shared_ptr<EarlyResponses> early_;
  RequestValidator validator_;
  std::string held_{};       // what has arrived and is not delivered
  std::size_t cleared_ = 0;  // the first bytes of it that are valid
  std::size_t passed_ = 0;   // bytes of the incomplete request that are delivered
  std::string out_{};        // to be sent when nothing is owed
  std::string path_{};       // of the request whose body is being read
  std::size_t shed_ = 0;     // bytes of a request that is refused, to be dropped
  bool admitted_ = false;    // the cleared bytes may be delivered
  bool waits_ = false;       // for the responses that are owed
  bool alone_ = false;       // the request that was cleared last may not run beside others
  bool expected_ = false;    // the client waits for 100 before it sends the body
  bool refused_ = false;     // `out_` is the last response
  bool ended_ = false;       // nothing more is delivered
  bool lingering_ = false;
};

}  // namespace rollcall::http
