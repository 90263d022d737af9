#include "http/server/connection_sink.hpp"

namespace rollcall::http {

namespace {

restinio::writable_items_container_t parts_of(Response&& response, const Framing& framing) {
  constexpr std::size_t joined = 16'384;  // up to here one copy is cheaper than one more buffer
  bool body = sends_body(response, framing) && !response.body.empty();
  bool one = body && response.body.size() <= joined;
  auto head = render_head(response, framing, one ? response.body.size() : 0);
  if (one) head.append(response.body);
  restinio::writable_items_container_t parts;
  parts.reserve(2);
  parts.emplace_back(std::move(head));
  if (body && !one) parts.emplace_back(std::move(response.body));
  return parts;
}

}  // namespace

ConnectionSink::ConnectionSink(Origin its_origin, restinio::impl::connection_handle_t connection,
                               restinio::request_id_t id, Framing framing,
                               std::shared_ptr<Outbox> outbox, std::shared_ptr<Carrier> carrier)
    : Sink(std::move(its_origin)),
      connection_(std::move(connection)),
      id_(id),
      framing_(framing),
      outbox_(std::move(outbox)),
      carrier_(std::move(carrier)) {
  outbox_->owed.one_more();
}

void ConnectionSink::deliver(Response&& response) {
  // Elsewhere the loop has ended, and its sockets with it: there is nobody to answer.
  if (!carrier_->loop.here()) return;
  framing_.date = carrier_->date.at(carrier_->loop.clock().wall_now());
  bool keep = !closes(response, framing_);
  outbox_->send(std::exchange(connection_, nullptr),
                {id_, keep, parts_of(std::move(response), framing_)});
}

}  // namespace rollcall::http
