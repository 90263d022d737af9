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

  /// Answers, or passes the responder on to whoever answers. The views in `request` are valid only
  /// during the call. Must not block.
  virtual void handle(const Request& request, Responder responder) = 0;
};

/// The path and the trace id of a request, for its problem documents.
RequestContext context_of(const Request& request);

/// Sends the problem document, after which the connection is closed.
void refuse_and_close(const Problem& problem, Responder responder);

/// Answers 404 if `allowed` is empty, else 405 with `Allow`: the resource does not have the method.
void refuse_method(std::string_view allowed, Responder responder);

/// 204 with `Allow`, in answer to OPTIONS.
Response options_response(std::string_view allowed);

}  // namespace rollcall::http
