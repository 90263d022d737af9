// Responses to requests that RESTinio does not see, since they are refused before.
#pragma once

#include <chrono>
#include <cstddef>
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

/// Renders the responses of one listener. Those but `shed` end their connection. Used on the loop's
/// thread only.
class EarlyResponses {
 public:
  /// `keep_alive`: field lines of a response after which the connection persists.
  EarlyResponses(const actors::Loop& loop, std::shared_ptr<LoopState> state,
                 std::shared_ptr<RequestHandler> handler, std::string keep_alive)
      : loop_(loop),
        state_(std::move(state)),
        handler_(std::move(handler)),
        keep_alive_(std::move(keep_alive)) {}

  /// The problem document, as it is sent. `path` is that of the request, as far as it is known;
  /// `to_head` tells that its method is HEAD. `text`: what has arrived of its head, if that is
  /// known.
  std::string refuse(const Problem& problem, std::string path, bool to_head,
                     std::string_view text = {});
  /// The response to a request that is refused for its head, as it is sent; nothing if its body is
  /// to be read. `text` is the head.
  std::optional<std::string> refuse_head(std::string_view text, const RequestHead& head);
  Intake intake(const RequestHead& head, std::string_view target) const {
    return handler_->intake(head.method, target);
  }
  /// The response to a request whose intake is refused. It is rendered once a second, unless other
  /// fields are needed, and the connection persists after it. `text` is the head. Nothing if the
  /// handler is to refuse the request, since it has a body, or its connection ends with it.
  std::optional<std::string_view> shed(std::string_view text, const RequestHead& head);

 private:
  // The last one, to be sent again while it is true.
  struct Shed {
    std::string date{};
    std::chrono::seconds retry_after{};
    std::string fields{};
    std::string text{};
    std::size_t head_size = 0;
  };

  std::string_view fields_for(std::string_view text) const;
  std::string render_last(Response&& response, bool to_head, std::string_view fields);

  actors::Loop loop_;
  std::shared_ptr<LoopState> state_;
  std::shared_ptr<RequestHandler> handler_;
  std::string keep_alive_;
  DateText date_{};
  Shed shed_{};
};

}  // namespace rollcall::http
