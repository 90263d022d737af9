#include "http/api/pending_request.hpp"

#include <utility>

namespace rollcall::http {

PendingRequest::PendingRequest(Responder responder, Operation operation, TimePoint deadline,
                               std::shared_ptr<LoopState> state)
    : responder_(std::move(responder)),
      operation_(std::move(operation)),
      deadline_(deadline),
      state_(std::move(state)) {
  responder_.if_dropped(ProblemType::storage_unavailable);  // until an actor has taken it
  ++state_->stats.in_flight;
}

PendingRequest::~PendingRequest() { close(); }  // the responder answers by itself

void PendingRequest::answer(Response&& response) {
  if (close()) responder_.send(std::move(response));
}

void PendingRequest::fail(const Problem& problem) {
  if (close()) responder_.fail(problem);
}

void PendingRequest::if_dropped(ProblemType type) { responder_.if_dropped(type); }

// False where it was answered before.
bool PendingRequest::close() {
  if (!open()) return false;
  --state_->stats.in_flight;
  return true;
}

}  // namespace rollcall::http
