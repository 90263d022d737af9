#include "http/api/pending_request.hpp"

#include <utility>

namespace rollcall::http {

RequestKind kind_of(const Operation& operation) {
  if (std::holds_alternative<ReadUser>(operation)) return RequestKind::lookup;
  return std::holds_alternative<Change>(operation) ? RequestKind::write : RequestKind::page;
}

PendingRequest::PendingRequest(Responder responder, Operation operation, TimePoint arrived,
                               TimePoint deadline, std::shared_ptr<LoopState> state)
    : responder_(std::move(responder)),
      operation_(std::move(operation)),
      kind_(kind_of(operation_)),
      arrived_(arrived),
      deadline_(deadline),
      state_(std::move(state)) {
  responder_.if_dropped(ProblemType::storage_unavailable);  // until an actor has taken it
  ++state_->stats.in_flight;
  ++state_->queue(kind_).size;
}

PendingRequest::~PendingRequest() {
  if (open()) (void)take();  // the responder answers when it is destroyed
}

void PendingRequest::answer(Response&& response) {
  if (open()) take().send(std::move(response));
}

void PendingRequest::fail(const Problem& problem) {
  if (!open()) return;
  expired_ = problem.type == ProblemType::deadline_exceeded;
  take().fail(problem);
}

void PendingRequest::refuse(const Refusal& refusal) {
  if (open()) send_refusal(refusal, take());
}

void PendingRequest::if_dropped(ProblemType type) {
  if (open()) responder_.if_dropped(type);
}

// The request is no longer open or in flight, whatever happens to the response.
Responder PendingRequest::take() {
  --state_->stats.in_flight;
  --state_->queue(kind_).size;
  return std::move(responder_);
}

}  // namespace rollcall::http
