#include "http/server/outbox.hpp"

#include <algorithm>
#include <iterator>

#include <asio/post.hpp>

namespace rollcall::http {

namespace {

// As many buffers as asio hands to the kernel at once: an answer has one or two.
constexpr std::size_t most_at_once = 32;

}  // namespace

void Outbox::send(restinio::impl::connection_handle_t connection, Outgoing answer) {
  ++traffic_->unsent;
  ++traffic_->answered;
  if (!owed.several()) return write(*connection, {&answer, 1});
  waiting_.push_back(std::move(answer));
  if (waiting_.size() > 1) return;
  asio::post(loop_.io(), [self = shared_from_this(), connection = std::move(connection)] {
    self->write_waiting(*connection);
  });
}

void Outbox::write_waiting(restinio::impl::connection_base_t& connection) {
  auto waiting = std::exchange(waiting_, {});
  std::sort(waiting.begin(), waiting.end(),
            [](const Outgoing& a, const Outgoing& b) { return a.id < b.id; });
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

// Answers to consecutive requests go as one piece with the first of them; to RESTinio the others
// are empty. The piece comes first: RESTinio takes further requests as soon as a place is free.
void Outbox::write(restinio::impl::connection_base_t& connection, std::span<Outgoing> run) {
  const auto attributes = [](const Outgoing& answer) {
    return restinio::response_output_flags_t{restinio::response_parts_attr_t::final_parts,
                                             restinio::response_connection_attr(answer.keep)};
  };
  auto& first = run.front();
  for (auto& answer : run.subspan(1)) {
    std::move(answer.parts.begin(), answer.parts.end(), std::back_inserter(first.parts));
  }
  restinio::write_group_t group(std::move(first.parts));
  // The connection that calls back keeps this alive, and two plain words cost no allocation.
  group.after_write_notificator([this, count = run.size()](const auto&) {
    traffic_->unsent -= count;
    owed.less(count);
    if (!owed.any()) idle_since = traffic_->answered;
  });
  connection.write_response_parts(first.id, attributes(first), std::move(group));
  for (const auto& answer : run.subspan(1)) {
    connection.write_response_parts(answer.id, attributes(answer), restinio::write_group_t({}));
  }
}

}  // namespace rollcall::http
