// What a loop has to do next for itself, such as messages between its own actors.
//
// asio polls its sockets between two posted handlers: a lookup that passes three actors would cost
// three system calls that find nothing. Here a turn is one event, such as a ready socket or a
// timer, and all that it leads to on its loop.
#pragma once

#include <utility>
#include <vector>

#include <asio/execution_context.hpp>
#include <asio/io_context.hpp>
#include <asio/post.hpp>

#include "actors/runtime/once_function.hpp"

namespace rollcall::actors {

/// One for each loop: asio::use_service<RunQueue>(io). For the loop's thread. Never blocks. Work
/// that waits when the io_context is destroyed is destroyed, not run.
class RunQueue final : public asio::execution_context::service {
 public:
  static const asio::execution_context::id id;  // by which asio finds it

  /// After so many rounds a turn leaves the rest to the next one: actors that send each other
  /// messages without end must not starve the sockets.
  static constexpr int most_rounds = 64;

  explicit RunQueue(asio::io_context& io) : asio::execution_context::service(io), io_(io) {}
  RunQueue(const RunQueue&) = delete;
  RunQueue& operator=(const RunQueue&) = delete;

  /// Until this is called, each piece of work is a handler of asio: tests and the simulation run
  /// one after the other, with those of other loops between them.
  void run_in_turns() { in_turns_ = true; }

  /// Runs the work after what was pushed before, and never inside this call.
  template <class Work>
  void push(Work work) {
    if (!in_turns_) {
      asio::post(io_, std::move(work));
      return;
    }
    waiting_.emplace_back(std::move(work));
    if (!running_) post_turn();
  }

  /// To be called by a handler of asio: does `first`, then all that was pushed, and what that
  /// pushes, in rounds.
  template <class First>
  void turn(First&& first) {
    if (!in_turns_ || running_) return first();
    running_ = true;
    first();
    run_waiting();
  }

 private:
  // As large as what RESTinio has to do after it has written.
  using Tasks = std::vector<OnceFunction<void(), 192>>;

  void shutdown() override;
  void run_waiting();
  void post_turn();

  asio::io_context& io_;
  bool in_turns_ = false;
  bool running_ = false;  // a turn
  bool posted_ = false;   // a turn
  Tasks waiting_{};
  Tasks taken_{};
};

}  // namespace rollcall::actors
