// A request on its way to the actors, with the duty to answer it.
#pragma once

#include <chrono>
#include <memory>
#include <optional>
#include <variant>

#include "domain/change.hpp"
#include "http/server/reply.hpp"
#include "http/server/traffic.hpp"
#include "http/wire/problem.hpp"

namespace rollcall::http {

/// GET /users/{id}.
struct ReadUser {
  UserId id;
  bool fresh = false;           // the client said Cache-Control: no-cache
  Precondition precondition{};  // If-Match and If-None-Match
};

/// GET /users.
struct ReadPage {
  std::optional<UserId> after;
  int limit;
};

using Operation = std::variant<ReadUser, ReadPage, Change>;

/// One request between its admission and its answer; counted as in flight between the two. The
/// first answer is sent, later ones are dropped. Belongs to one loop's thread.
class Exchange {
 public:
  using TimePoint = std::chrono::steady_clock::time_point;

  Exchange(Reply reply, Operation operation, TimePoint deadline, std::shared_ptr<Traffic> traffic);
  Exchange(const Exchange&) = delete;
  Exchange& operator=(const Exchange&) = delete;
  ~Exchange();

  Operation& operation() { return operation_; }
  bool is_write() const { return std::holds_alternative<Change>(operation_); }
  TimePoint deadline() const { return deadline_; }

  /// Whether the client still waits.
  bool open() const { return reply_.has_value(); }
  void answer(Response&& response);
  void fail(const Problem& problem);
  /// What the client is told if the exchange is destroyed open.
  void if_dropped(ProblemType type);

 private:
  std::optional<Reply> take();

  std::optional<Reply> reply_;
  Operation operation_;
  TimePoint deadline_;
  std::shared_ptr<Traffic> traffic_;
};

using ExchangeRef = std::shared_ptr<Exchange>;

}  // namespace rollcall::http
