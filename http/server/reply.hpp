// The one answer that a request gets.
#pragma once

#include <memory>
#include <string>
#include <utility>

#include "http/wire/problem.hpp"
#include "http/wire/response.hpp"

namespace rollcall::actors {
class LimitedLog;
}

namespace rollcall::http {

/// What a problem document says of the request that it answers.
struct Origin {
  std::string path;        // of the target, becomes `instance`
  std::string trace_id{};  // 32 hex digits; empty: made up when it is needed
};

/// Where the response to one request goes: the connection that it came from, or a test.
class Sink {
 public:
  explicit Sink(Origin its_origin) : origin(std::move(its_origin)) {}
  Sink(const Sink&) = delete;
  Sink& operator=(const Sink&) = delete;
  virtual ~Sink() = default;

  /// Called at most once, on the loop's thread.
  virtual void deliver(Response&& response) = 0;
  /// The loop's, for what is logged at each request; null where there is no loop.
  virtual actors::LimitedLog* log() { return nullptr; }

  Origin origin;
};

/// The duty to answer one request. Sending consumes it: there is no second answer. Destroyed
/// unused, it answers by itself: 500 `internal`, or what `if_dropped` said. Belongs to one loop's
/// thread.
class Reply {
 public:
  explicit Reply(std::unique_ptr<Sink> sink) : sink_(std::move(sink)) {}
  Reply(Reply&&) noexcept = default;
  Reply& operator=(Reply&&) = delete;
  ~Reply();

  void send(Response&& response) &&;
  /// The problem document of this error.
  void fail(const Problem& problem) &&;
  /// The same with a say in the response, before it is sent. Failures of the server's are logged
  /// with their trace id, unknown outcomes as a warning.
  Response problem(const Problem& problem);

  /// What is answered if nobody does. The default, `internal`, is a bug and logged as one.
  void if_dropped(ProblemType type) { if_dropped_ = type; }

  const std::string& path() const { return sink_->origin.path; }
  const std::string& trace_id();

 private:
  std::unique_ptr<Sink> sink_;
  ProblemType if_dropped_ = ProblemType::internal;
};

}  // namespace rollcall::http
