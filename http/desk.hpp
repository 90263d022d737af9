// Where a listener brings the requests that it receives.
#pragma once

#include "http/reply.hpp"
#include "http/request.hpp"

namespace rollcall::http {

/// Receives the requests of one listener, on its loop's thread. Outlives the listener: connections
/// hold it.
class Desk {
 public:
  Desk() = default;
  Desk(const Desk&) = delete;
  Desk& operator=(const Desk&) = delete;
  virtual ~Desk() = default;

  /// Answers, or sees to it that the reply is used. The request's views end with the call.
  virtual void receive(const Request& request, Reply reply) = 0;
};

}  // namespace rollcall::http
