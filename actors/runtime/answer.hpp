// The one answer that a request gets, also when the actor that owes it ends.
#pragma once

#include <utility>

#include <caf/delegated.hpp>
#include <caf/mailbox_element.hpp>
#include <caf/make_message.hpp>
#include <caf/sec.hpp>
#include <caf/typed_response_promise.hpp>

namespace rollcall::actors {

/// The receiver has ended with the request: whether it acted on it is unknown.
inline constexpr caf::sec lost = caf::sec::request_receiver_down;
/// There was no live receiver: the request reached nobody, nothing was done.
inline constexpr caf::sec unavailable = caf::sec::unavailable_or_would_block;

/// Tells the sender of a request that it will not be answered; does nothing for other messages.
inline void reject(const caf::mailbox_element& element, caf::sec reason) {
  if (element.sender && element.mid.is_request()) {
    element.sender->enqueue(nullptr, element.mid.response_id(),
                            caf::make_message(caf::make_error(reason)), nullptr);
  }
}

/// What a handler returns whose answer comes later, by an Answer.
template <class Reply>
inline constexpr caf::delegated<Reply> later{};

/// A response promise that can't be forgotten: destroyed undelivered, it delivers `lost`. (CAF
/// 0.17's own would leave the asker waiting for ever.) Belongs to the thread of the actor that made
/// it.
template <class Reply>
class Answer {
 public:
  explicit Answer(caf::typed_response_promise<Reply> promise) : promise_(std::move(promise)) {}
  Answer(Answer&&) noexcept = default;
  Answer& operator=(Answer&& other) noexcept {
    if (this != &other) {
      drop();
      promise_ = std::move(other.promise_);
    }
    return *this;
  }
  ~Answer() { drop(); }

  /// Sends the reply; later calls do nothing.
  void deliver(Reply reply) {
    if (promise_.pending()) promise_.deliver(std::move(reply));
  }

 private:
  void drop() {
    if (promise_.pending()) promise_.deliver(caf::make_error(lost));
  }

  caf::typed_response_promise<Reply> promise_;
};

}  // namespace rollcall::actors
