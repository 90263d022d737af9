#include "http/server/stream_writer.hpp"

namespace rollcall::http {

StreamWriter::StreamWriter(restinio::impl::connection_handle_t connection,
                           restinio::request_id_t id, std::shared_ptr<ConnectionState> state,
                           std::shared_ptr<LoopState> loop, std::shared_ptr<StreamBody> body)
    : connection_(std::move(connection)),
      id_(id),
      state_(std::move(state)),
      loop_(std::move(loop)),
      body_(std::move(body)) {
  state_->begin_stream();
  ++loop_->stats.unsent;
}

void StreamWriter::send(StreamPart part) {
  if (ended_ || !connection_) return;
  unsent_ += part->size();
  state_->stream_made(part->size());
  if (under_way_ > 0) return waiting_.push_back(std::move(part));
  write({&part, 1});
}

void StreamWriter::write(std::span<StreamPart> parts) {
  restinio::writable_items_container_t items;
  items.reserve(parts.size());
  for (auto& part : parts) {
    under_way_ += part->size();
    items.emplace_back(std::move(part));
  }
  restinio::write_group_t group(std::move(items));
  group.after_write_notificator([self = shared_from_this()](const auto&) { self->written(); });
  const restinio::response_output_flags_t flags{
      restinio::response_parts_attr_t::not_final_parts,
      restinio::response_connection_attr_t::connection_keepalive};
  connection_->write_response_parts(id_, flags, std::move(group));
}

// If that has failed, the connection is closed already.
void StreamWriter::written() {
  if (!connection_) return;
  unsent_ -= under_way_;
  state_->stream_sent(std::exchange(under_way_, 0));
  if (!waiting_.empty()) {
    auto waiting = std::exchange(waiting_, {});
    write(waiting);
  } else {
    const auto body = body_;  // which may end this
    body->drained();
  }
}

void StreamWriter::end() {
  if (!connection_ || std::exchange(ended_, true)) return;
  if (unsent_ > 0) {
    state_->reset();
    return closed();
  }
  const restinio::response_output_flags_t flags{
      restinio::response_parts_attr_t::final_parts,
      restinio::response_connection_attr_t::connection_close};
  const auto connection = connection_;
  connection->write_response_parts(id_, flags, restinio::write_group_t({}));
}

void StreamWriter::closed() {
  if (!connection_) return;
  const auto connection = std::exchange(connection_, nullptr);  // it may hold the last reference
  const auto state = std::exchange(state_, nullptr);
  state->stream_sent(std::exchange(unsent_, 0));
  state->responses_sent(1, 0);
  --loop_->stats.unsent;
  waiting_ = {};
  std::exchange(body_, nullptr)->closed();
}

}  // namespace rollcall::http
