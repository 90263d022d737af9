#include "http/api/pending_request.hpp"

#include <utility>

namespace rollcall::http {

PendingRequest::PendingRequest(Responder responder, Operation operation, TimePoint deadline,
                               std::shared_ptr<LoopState> state, std::size_t page_cost)
    : responder_(std::move(responder)),
      operation_(std::move(operation)),
      deadline_(deadline),
      state_(std::move(state)),
      page_cost_(page_cost) {
  responder_.if_dropped(ProblemType::storage_unavailable);  // until an actor has taken it
  ++state_->stats.in_flight;
  state_->pages_cost += page_cost_;
}

PendingRequest::~PendingRequest() {
  if (open()) (void)take();  // the responder answers when it is destroyed
}

void PendingRequest::answer(Response&& response) {
  if (open()) take().send(std::move(response));
}

void PendingRequest::fail(const Problem& problem) {
  if (open()) take().fail(problem);
}

void PendingRequest::if_dropped(ProblemType type) {
  if (open()) responder_.if_dropped(type);
}

// The request is no longer open or in flight, whatever happens to the response.
Responder PendingRequest::take() {
  --state_->stats.in_flight;
  state_->pages_cost -= page_cost_;
  return std::move(responder_);
}

}  // namespace rollcall::http
