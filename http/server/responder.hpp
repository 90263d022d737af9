// The one response that a request gets.
#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <utility>

#include "http/wire/links.hpp"
#include "http/wire/problem.hpp"
#include "http/wire/response.hpp"

namespace rollcall::actors {
class LimitedLog;
}

namespace rollcall::http {

/// What a problem document says of its request.
struct RequestContext {
  std::string path;        // of the target, becomes `instance`
  std::string trace_id{};  // 32 hex digits; empty: generated when it is needed
  Links links{};
};

/// Owns the obligation to answer one request. The first response is sent, later ones are dropped.
/// If it is destroyed unanswered, it sends a problem document: 500 `internal`, or the type given to
/// `if_dropped`. Belongs to one loop's thread.
class Responder {
 public:
  /// `deliver` passes a Response&& to the client's connection, or to a test. It is called at most
  /// once, on the loop's thread. `log` is the loop's, for lines that may be logged at each request;
  /// null without a loop. It must live until the response is sent.
  template <class Deliver>
  Responder(RequestContext context, Deliver deliver, actors::LimitedLog* log = nullptr)
      : pending_(
            std::make_unique<PendingWith<Deliver>>(std::move(context), log, std::move(deliver))) {}
  Responder(Responder&& other) noexcept = default;
  Responder& operator=(Responder&&) = delete;
  ~Responder();

  /// Whether no response has been sent yet. The functions below `fail` are for an open responder.
  bool open() const { return pending_ != nullptr; }
  void send(Response&& response);
  /// Sends the problem document.
  void fail(const Problem& problem);
  /// The problem document, to be completed and sent. It is logged with its trace id: `internal` as
  /// an error, `outcome_unknown` as a warning, every other 5xx at level debug. `members` as those
  /// of problem_response.
  Response problem(const Problem& problem, std::string_view members = {});

  /// Sets the type that is sent if this is destroyed unanswered. The default, `internal`, is a bug.
  void if_dropped(ProblemType type) { pending_->if_dropped = type; }

  const std::string& path() const { return pending_->context.path; }
  const std::string& trace_id();

 private:
  // In one allocation, so that a responder is moved as a pointer.
  struct Pending {
    Pending(RequestContext its_context, actors::LimitedLog* its_log)
        : context(std::move(its_context)), log(its_log) {}
    Pending(const Pending&) = delete;
    Pending& operator=(const Pending&) = delete;
    virtual ~Pending() = default;
    virtual void deliver(Response&& response) = 0;

    RequestContext context;
    actors::LimitedLog* log;
    ProblemType if_dropped = ProblemType::internal;
  };
  template <class Deliver>
  struct PendingWith final : Pending {
    PendingWith(RequestContext its_context, actors::LimitedLog* its_log, Deliver its_deliver)
        : Pending(std::move(its_context), its_log), deliver_to(std::move(its_deliver)) {}
    void deliver(Response&& response) override { deliver_to(std::move(response)); }

    Deliver deliver_to;
  };

  std::unique_ptr<Pending> pending_;  // null once the response is sent
};

}  // namespace rollcall::http
