// Replies to requests, also when the actor that owes the reply terminates.
#pragma once

#include <utility>

#include <caf/delegated.hpp>
#include <caf/mailbox_element.hpp>
#include <caf/make_message.hpp>
#include <caf/response_promise.hpp>
#include <caf/sec.hpp>

namespace rollcall::actors {

/// The receiver terminated before it replied: the request may have been executed.
inline constexpr caf::sec receiver_down = caf::sec::request_receiver_down;
/// There was no live receiver: the request was not executed.
inline constexpr caf::sec unavailable = caf::sec::unavailable_or_would_block;

/// Replies with this error if the element is a request; does nothing for other messages.
inline void reject(const caf::mailbox_element& element, caf::sec reason) {
  if (element.sender && element.mid.is_request()) {
    element.sender->enqueue(nullptr, element.mid.response_id(),
                            caf::make_message(caf::make_error(reason)), nullptr);
  }
}

/// Returned by a handler that replies later, through a ReplyPromise.
template <class Reply>
inline constexpr caf::delegated<Reply> deferred{};

/// A response promise that delivers `receiver_down` if it is destroyed undelivered. (CAF 0.17's own
/// would leave the requester waiting for ever.) Belongs to the thread of the actor that made it.
template <class Reply>
class ReplyPromise {
 public:
  /// Takes over what `promise` owes.
  explicit ReplyPromise(const caf::response_promise& promise)
      : requester_(promise.source()), id_(promise.id()) {}
  ReplyPromise(ReplyPromise&&) noexcept = default;
  ReplyPromise& operator=(ReplyPromise&& other) noexcept {
    if (this != &other) {
      drop();
      requester_ = std::move(other.requester_);
      id_ = other.id_;
    }
    return *this;
  }
  ~ReplyPromise() { drop(); }

  /// Sends the reply; later calls do nothing.
  void deliver(Reply reply) { send(std::move(reply)); }

 private:
  void drop() {
    if (requester_) send(caf::make_error(receiver_down));
  }

  // CAF's would allocate the reply apart from the message.
  template <class Content>
  void send(Content&& content) {
    const auto to = std::exchange(requester_, nullptr);
    if (!to || !id_.is_request()) return;
    to->enqueue(
        caf::make_mailbox_element(nullptr, id_.response_id(), {}, std::forward<Content>(content)),
        nullptr);
  }

  caf::strong_actor_ptr requester_;
  caf::message_id id_;
};

}  // namespace rollcall::actors
