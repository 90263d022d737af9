#include "http/server/pipeline_writer.hpp"

#include <algorithm>
#include <iterator>

namespace rollcall::http {

namespace {

// Responses in one write. Each has one or two buffers, and RESTinio passes at most 64 to one write.
constexpr std::size_t most_at_once = 32;

restinio::writable_items_container_t parts_of(Response&& response, const Framing& framing) {
  constexpr std::size_t joined = 16'384;  // up to here one copy is cheaper than one more buffer
  const auto& content = response.content();
  const bool body = sends_body(response, framing) && !content.empty();
  const bool one = body && content.size() <= joined;
  auto head = render_head(response, framing, one ? content.size() : 0);
  if (one) head.append(content);
  restinio::writable_items_container_t parts;
  parts.reserve(2);
  parts.emplace_back(std::move(head));
  if (body && !one) {
    parts.emplace_back(response.shared ? std::string(content) : std::move(response.body));
  }
  return parts;
}

}  // namespace

void PipelineWriter::send(restinio::impl::connection_handle_t connection, restinio::request_id_t id,
                          const Framing& framing, Response&& response) {
  if (response.stream && !framing.head) {
    return begin_stream(std::move(connection), id, framing, std::move(response));
  }
  const bool keep =
      !response.close;  // where the request ends the connection, RequestReader does it
  Rendered rendered{id, keep, 0, parts_of(std::move(response), framing)};
  for (const auto& part : rendered.parts) rendered.size += static_cast<std::uint32_t>(part.size());
  connection_.response_made(rendered.size);
  ++state_->stats.unsent;
  ++state_->stats.answered;
  if (!connection_.owed.several()) return write(*connection, {&rendered, 1});
  waiting_.push_back(std::move(rendered));
  if (waiting_.size() > 1) return;
  loop_.later([self = shared_from_this(), connection = std::move(connection)] {
    self->write_waiting(*connection);
  });
}

// The request is the only one under way on its connection (Intake::alone).
void PipelineWriter::begin_stream(restinio::impl::connection_handle_t connection,
                                  restinio::request_id_t id, const Framing& framing,
                                  Response&& response) {
  const auto body = response.stream;
  ++state_->stats.answered;
  const std::shared_ptr<ConnectionState> shared(shared_from_this(), &connection_);
  stream_ = std::make_shared<StreamWriter>(std::move(connection), id, shared, state_, body);
  const auto stream = stream_;
  stream->send(std::make_shared<const std::string>(render_head(response, framing, 0)));
  body->begin(stream);
}

void PipelineWriter::write_waiting(restinio::impl::connection_base_t& connection) {
  auto waiting = std::exchange(waiting_, {});
  std::sort(waiting.begin(), waiting.end(),
            [](const Rendered& a, const Rendered& b) { return a.id < b.id; });
  for (auto first = waiting.begin(); first != waiting.end();) {
    auto last = first + 1;
    while (last != waiting.end() && last - first < std::ptrdiff_t{most_at_once} && last[-1].keep &&
           last->id == last[-1].id + 1) {
      ++last;
    }
    write(connection, {first, last});
    first = last;
  }
}

// Responses to consecutive requests are written as one group, that of the first; RESTinio gets
// empty groups for the others. The full group is passed first, since RESTinio reads further
// requests as soon as a place in the pipeline is free.
void PipelineWriter::write(restinio::impl::connection_base_t& connection, std::span<Rendered> run) {
  const auto attributes = [](const Rendered& answer) {
    return restinio::response_output_flags_t{restinio::response_parts_attr_t::final_parts,
                                             restinio::response_connection_attr(answer.keep)};
  };
  auto& first = run.front();
  for (auto& answer : run.subspan(1)) {
    std::move(answer.parts.begin(), answer.parts.end(), std::back_inserter(first.parts));
  }
  const auto count = static_cast<std::uint32_t>(run.size());
  std::uint32_t size = 0;
  for (const auto& answer : run) size += answer.size;
  restinio::write_group_t group(std::move(first.parts));
  // The connection, which calls back, keeps this alive (connection()). A capture of two words is
  // not allocated.
  group.after_write_notificator([this, count, size](const auto&) {
    state_->stats.unsent -= count;
    connection_.responses_sent(count, size);
    if (!connection_.owed.any()) idle_since = state_->stats.answered;
  });
  connection.write_response_parts(first.id, attributes(first), std::move(group));
  for (const auto& answer : run.subspan(1)) {
    connection.write_response_parts(answer.id, attributes(answer), restinio::write_group_t({}));
  }
}

}  // namespace rollcall::http
