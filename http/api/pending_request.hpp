// A request that waits for the actors, with the obligation to answer it.
#pragma once

#include <chrono>
#include <memory>
#include <variant>

#include "domain/change.hpp"
#include "domain/change_log.hpp"
#include "domain/page.hpp"
#include "http/server/loop_state.hpp"
#include "http/server/request_handler.hpp"
#include "http/server/responder.hpp"
#include "http/wire/prefer.hpp"
#include "http/wire/problem.hpp"

namespace rollcall::http {

/// GET or HEAD of /users/{id}.
struct ReadUser {
  UserId id;
  bool fresh = false;  // the client said Cache-Control: no-cache
  Precondition precondition{};
};

/// GET or HEAD of /users.
struct ReadList {
  ListQuery list;
  Precondition precondition{};
  bool count = false;  // of a page: whether to count all users that its filter selects
};

/// GET or HEAD of /events. The limit is not used.
struct FollowChanges {
  ChangesQuery query;
};

/// ChangesQuery is GET or HEAD of /changes.
using Operation = std::variant<ReadUser, ReadList, ChangesQuery, FollowChanges, Change>;

RequestKind kind_of(const Operation& operation);

/// One request between its admission and its answer; counted as in flight between the two. The
/// first answer is sent, later ones are dropped. Belongs to one loop's thread.
class PendingRequest {
 public:
  using TimePoint = std::chrono::steady_clock::time_point;

  /// `arrived`: now.
  PendingRequest(Responder responder, Operation operation, TimePoint arrived, TimePoint deadline,
                 std::shared_ptr<LoopState> state);
  PendingRequest(const PendingRequest&) = delete;
  PendingRequest& operator=(const PendingRequest&) = delete;
  ~PendingRequest();

  Operation& operation() { return operation_; }
  RequestKind kind() const { return kind_; }
  bool is_write() const { return kind_ == RequestKind::write; }
  TimePoint arrived() const { return arrived_; }
  /// Whether it was answered for its deadline alone.
  bool expired() const { return expired_; }
  TimePoint deadline() const { return deadline_; }

  /// Whether it is still unanswered.
  bool open() const { return responder_.open(); }
  void answer(Response&& response);
  void fail(const Problem& problem);
  void refuse(const Refusal& refusal);
  /// Sets the problem type that is sent if this is destroyed unanswered.
  void if_dropped(ProblemType type);

  /// What the answer to a write is to have.
  void prefer(Return preferred) { returns_ = preferred; }
  Return returns() const { return returns_; }

 private:
  Responder take();

  Responder responder_;
  Operation operation_;
  RequestKind kind_;  // also once the operation was moved from
  bool expired_ = false;
  Return returns_ = Return::unstated;
  TimePoint arrived_;
  TimePoint deadline_;
  std::shared_ptr<LoopState> state_;
};

using PendingRequestRef = std::shared_ptr<PendingRequest>;

}  // namespace rollcall::http
