#include "http/api/exchange.hpp"

#include <utility>

namespace rollcall::http {

Exchange::Exchange(Reply reply, Operation operation, TimePoint deadline,
                   std::shared_ptr<Traffic> traffic)
    : reply_(std::move(reply)),
      operation_(std::move(operation)),
      deadline_(deadline),
      traffic_(std::move(traffic)) {
  reply_->if_dropped(ProblemType::storage_unavailable);  // until an actor has taken it
  ++traffic_->in_flight;
}

Exchange::~Exchange() { take(); }  // the reply answers by itself

void Exchange::answer(Response&& response) {
  if (auto reply = take()) std::move(*reply).send(std::move(response));
}

void Exchange::fail(const Problem& problem) {
  if (auto reply = take()) std::move(*reply).fail(problem);
}

void Exchange::if_dropped(ProblemType type) {
  if (reply_) reply_->if_dropped(type);
}

std::optional<Reply> Exchange::take() {
  std::optional<Reply> reply;
  if (!reply_) return reply;
  reply.emplace(std::move(*reply_));
  reply_.reset();
  --traffic_->in_flight;
  return reply;
}

}  // namespace rollcall::http
