// Responses to requests that RESTinio does not see, since they are refused before.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include "actors/runtime/loop.hpp"
#include "http/server/loop_state.hpp"
#include "http/server/request_handler.hpp"
#include "http/wire/date_text.hpp"
#include "http/wire/problem.hpp"
#include "http/wire/syntax/head_validator.hpp"

namespace rollcall::http {

/// Renders the responses of one listener, each of which ends its connection. Used on the loop's
/// thread only.
class EarlyResponses {
 public:
  EarlyResponses(const actors::Loop& loop, std::shared_ptr<LoopState> state,
                 std::shared_ptr<RequestHandler> handler)
      : loop_(loop), state_(std::move(state)), handler_(std::move(handler)) {}

  /// The problem document, as it is sent. `path` is that of the request, as far as it is known;
  /// `to_head` tells that its method is HEAD.
  std::string refuse(const Problem& problem, std::string path, bool to_head);
  /// The response to a request that is refused for its head, as it is sent; nothing if its body is
  /// to be read. `text` is the head.
  std::optional<std::string> refuse_head(std::string_view text, const RequestHead& head);
  /// Whether the request must not be under way together with others of its connection.
  bool runs_alone(const RequestHead& head, std::string_view target) const {
    return !is_safe(head.method) || handler_->is_costly(target);
  }

 private:
  std::string render(Response&& response, bool to_head);

  actors::Loop loop_;
  std::shared_ptr<LoopState> state_;
  std::shared_ptr<RequestHandler> handler_;
  DateText date_{};
};

}  // namespace rollcall::http
