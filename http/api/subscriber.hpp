// One client of GET /events.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>

#include "domain/change_log.hpp"
#include "http/api/pending_request.hpp"
#include "http/wire/stream.hpp"

namespace rollcall::http {

class Subscribers;

/// Belongs to the Subscribers of its loop, and outlives them as long as its connection knows it.
class Subscriber final : public StreamBody, public std::enable_shared_from_this<Subscriber> {
 public:
  enum class State : std::uint8_t {
    reading,  // pages of the log, up to the position that the others share
    writing,  // a page: the next one is read once the client has taken it
    live,     // gets what the change reader reads
  };

  Subscriber(Subscribers& owner, PendingRequestRef its_request, const ChangesQuery& query)
      : request(std::move(its_request)), position(query.after), user(query.user), owner_(&owner) {}

  /// The request before the stream begins; then null.
  PendingRequestRef request;
  /// The client has, or is being sent, all that it asked for up to here; nothing: to begin at the
  /// end of the log.
  std::optional<std::int64_t> position;
  std::optional<UserId> user;  // whose changes; nothing: of all users
  State state = State::reading;
  StreamPart first{};  // what the stream begins with

  StreamOutput* output() const { return output_.get(); }
  /// Whether the client is gone, or was answered without a stream.
  bool gone() const { return gone_; }
  /// Ends the stream, if it has begun. Its owner forgets it.
  void end();
  /// To be called by the owner at its end.
  void abandon();

  void begin(std::shared_ptr<StreamOutput> output) override;
  void drained() override;
  void closed() override;

 private:
  Subscribers* owner_;  // null: it has ended
  std::shared_ptr<StreamOutput> output_{};
  bool gone_ = false;
};

using SubscriberRef = std::shared_ptr<Subscriber>;

}  // namespace rollcall::http
