// The one response that a request gets.
#pragma once

#include <functional>
#include <string>

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
};

/// Owns the obligation to answer one request. The first response is sent, later ones are dropped.
/// If it is destroyed unanswered, it sends a problem document: 500 `internal`, or the type given to
/// `if_dropped`. Belongs to one loop's thread.
class Responder {
 public:
  /// Passes the response to the client's connection, or to a test. Called at most once, on the
  /// loop's thread.
  using Deliver = std::function<void(Response&&)>;

  /// `log` is the loop's, for lines that may be logged at each request; null without a loop. It
  /// must live until the response is sent.
  Responder(RequestContext context, Deliver deliver, actors::LimitedLog* log = nullptr);
  Responder(Responder&& other) noexcept;
  Responder& operator=(Responder&&) = delete;
  ~Responder();

  /// Whether no response has been sent yet.
  bool open() const { return deliver_ != nullptr; }
  void send(Response&& response);
  /// Sends the problem document.
  void fail(const Problem& problem);
  /// The problem document, to be completed and sent. It is logged with its trace id: `internal` as
  /// an error, `outcome_unknown` as a warning, every other 5xx at level debug.
  Response problem(const Problem& problem);

  /// Sets the type that is sent if this is destroyed unanswered. The default, `internal`, is a bug.
  void if_dropped(ProblemType type) { if_dropped_ = type; }

  const std::string& path() const { return context_.path; }
  const std::string& trace_id();

 private:
  RequestContext context_;
  Deliver deliver_;  // empty once the response is sent
  actors::LimitedLog* log_;
  ProblemType if_dropped_ = ProblemType::internal;
};

}  // namespace rollcall::http
