#include "http/connection_sink.hpp"

namespace rollcall::http {

namespace {

restinio::writable_items_container_t parts_of(Response response, const Framing& framing) {
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

ConnectionSink::ConnectionSink(restinio::impl::connection_handle_t connection,
                               restinio::request_id_t id, Framing framing,
                               std::shared_ptr<Owed> owed, std::shared_ptr<Carrier> carrier)
    : connection_(std::move(connection)),
      id_(id),
      framing_(framing),
      owed_(std::move(owed)),
      carrier_(std::move(carrier)) {
  owed_->one_more();
}

void ConnectionSink::deliver(Response response) {
  // Elsewhere the loop has ended, and its sockets with it: there is nobody to answer.
  if (!carrier_->loop.here()) return;
  framing_.date = carrier_->date.at(carrier_->loop.clock().wall_now());
  bool keep = !closes(response, framing_);
  restinio::write_group_t group(parts_of(std::move(response), framing_));
  // Both live as long as the connection that calls back, and plain pointers cost no allocation.
  auto* traffic = carrier_->traffic.get();
  auto* owed = owed_.get();
  ++traffic->unsent;
  ++traffic->answered;
  group.after_write_notificator([traffic, owed](const auto&) {
    --traffic->unsent;
    owed->one_less();
  });
  auto connection = std::exchange(connection_, nullptr);
  connection->write_response_parts(
      id_, {restinio::response_parts_attr_t::final_parts, restinio::response_connection_attr(keep)},
      std::move(group));
}

}  // namespace rollcall::http
