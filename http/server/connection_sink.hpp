// RESTinio's part of a response: its place on its connection. Includes RESTinio: for few files.
#pragma once

#include <memory>
#include <restinio/impl/connection_base.hpp>
#include <unordered_map>
#include <utility>
#include <vector>

#include "actors/runtime/limited_log.hpp"
#include "actors/runtime/loop.hpp"
#include "http/server/desk.hpp"
#include "http/server/outbox.hpp"
#include "http/server/traffic.hpp"
#include "http/wire/date_text.hpp"

namespace rollcall::http {

/// What the connections of one listener share. RESTinio's settings keep it, and every connection
/// keeps those.
struct Carrier {
  Carrier(const actors::Loop& its_loop, std::shared_ptr<Traffic> its_traffic,
          std::shared_ptr<Crowd> its_crowd, std::shared_ptr<Desk> its_desk)
      : loop(its_loop),
        traffic(std::move(its_traffic)),
        crowd(std::move(its_crowd)),
        desk(std::move(its_desk)),
        log([clock = &loop.clock()](actors::Clock::Duration delay, std::function<void()> callback) {
          return clock->after(delay, std::move(callback));
        }) {}

  /// Counts a connection in, and out; the latter does nothing where it is out already.
  void enter(restinio::connection_id_t id, std::shared_ptr<Outbox> outbox) {
    outbox->idle_since = traffic->answered;
    open.emplace(id, std::move(outbox));
    ++traffic->connections;
    ++*crowd;
  }
  void leave(restinio::connection_id_t id) {
    if (open.erase(id) == 0) return;
    --traffic->connections;
    --*crowd;
  }

  /// Ends the connection on which nothing is owed for longest, also one that has sent half of a
  /// request; it leaves in a later turn of the loop. False where each is owed an answer.
  bool end_longest_idle() {
    const auto age = [](const auto& entry) {
      return std::pair{entry.second->idle_since, entry.first};  // ids grow
    };
    auto longest = open.end();
    for (auto each = open.begin(); each != open.end(); ++each) {
      if (!each->second->owed.can_end()) continue;
      if (longest == open.end() || age(*each) < age(*longest)) longest = each;
    }
    return longest != open.end() && longest->second->owed.hang_up();
  }

  actors::Loop loop;
  std::shared_ptr<Traffic> traffic;
  std::shared_ptr<Crowd> crowd;
  std::shared_ptr<Desk> desk;
  actors::LimitedLog log;
  std::unordered_map<restinio::connection_id_t, std::shared_ptr<Outbox>> open;
  DateText date{};
  std::vector<Field> fields{};  // of the request being received; kept for its memory
};

/// RESTinio's builders are passed by: they can't leave Content-Length out of a 204, nor tell the
/// length of a body that is not sent.
class ConnectionSink final : public Sink {
 public:
  ConnectionSink(Origin its_origin, restinio::impl::connection_handle_t connection,
                 restinio::request_id_t id, Framing framing, std::shared_ptr<Outbox> outbox,
                 std::shared_ptr<Carrier> carrier);

  void deliver(Response&& response) override;
  actors::LimitedLog* log() override { return &carrier_->log; }

 private:
  restinio::impl::connection_handle_t connection_;
  restinio::request_id_t id_;
  Framing framing_;
  std::shared_ptr<Outbox> outbox_;
  std::shared_ptr<Carrier> carrier_;
};

}  // namespace rollcall::http
