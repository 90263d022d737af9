#include "http/outbox.hpp"

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

// Answers to consecutive requests go as one piece with the last of them; to RESTinio the others
// are empty.
void Outbox::write(restinio::impl::connection_base_t& connection, std::span<Outgoing> run) {
  using Attributes = restinio::response_output_flags_t;
  const auto final = restinio::response_parts_attr_t::final_parts;
  auto& last = run.back();
  if (run.size() > 1) {
    restinio::writable_items_container_t all;
    for (auto& answer : run) {
      std::move(answer.parts.begin(), answer.parts.end(), std::back_inserter(all));
    }
    last.parts = std::move(all);
    for (const auto& answer : run.first(run.size() - 1)) {
      connection.write_response_parts(answer.id,
                                      Attributes{final, restinio::response_connection_attr(true)},
                                      restinio::write_group_t({}));
    }
  }
  restinio::write_group_t group(std::move(last.parts));
  // The connection that calls back keeps this alive, and two plain words cost no allocation.
  group.after_write_notificator([this, count = run.size()](const auto&) {
    traffic_->unsent -= count;
    owed.less(count);
  });
  connection.write_response_parts(
      last.id, Attributes{final, restinio::response_connection_attr(last.keep)}, std::move(group));
}

}  // namespace rollcall::http
