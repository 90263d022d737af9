// What a listener passes its requests to.
#pragma once

#include "http/server/responder.hpp"
#include "http/wire/problem.hpp"
#include "http/wire/request.hpp"

namespace rollcall::http {

/// Receives the requests of one listener, on its loop's thread. Outlives the listener: connections
/// hold it.
class RequestHandler {
 public:
  RequestHandler() = default;
  RequestHandler(const RequestHandler&) = delete;
  RequestHandler& operator=(const RequestHandler&) = delete;
  virtual ~RequestHandler() = default;

  /// Answers, or passes the responder on to whoever answers. The request's views end with the call.
  virtual void handle(const Request& request, Responder responder) = 0;
};

/// What a problem document says of this request.
RequestContext context_of(const Request& request);

/// Sends the problem document and ends the connection.
void refuse_and_close(const Problem& problem, Responder responder);

/// 404 where `allowed` is empty; 405 with `Allow` for a method that the resource does not have.
void refuse_method(std::string_view allowed, Responder responder);

/// 204 with `Allow`, in answer to OPTIONS.
Response options_response(std::string_view allowed);

}  // namespace rollcall::http
