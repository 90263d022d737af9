#include "actors/runtime/run_queue.hpp"

namespace rollcall::actors {

const asio::execution_context::id RunQueue::id;

void RunQueue::shutdown() { const auto dying = std::exchange(waiting_, {}); }

void RunQueue::run_waiting() {
  for (int round = 0; round < most_rounds && !waiting_.empty(); ++round) {
    taken_.swap(waiting_);
    for (auto& task : taken_) task();
    taken_.clear();
  }
  running_ = false;
  if (!waiting_.empty()) post_turn();
}

void RunQueue::post_turn() {
  if (std::exchange(posted_, true)) return;
  asio::post(io_, [this] {
    posted_ = false;
    turn([] {});
  });
}

}  // namespace rollcall::actors
