// What a listener passes its requests to.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "http/server/responder.hpp"
#include "http/wire/problem.hpp"
#include "http/wire/request.hpp"

namespace rollcall::http {

/// A problem, and how it is answered.
struct Refusal {
  Problem problem;
  std::string fields{};  // further field lines of the response, each with its CRLF
  bool close = false;    // the connection ends after it
};

/// Whether a request may begin now.
enum class Intake : std::uint8_t {
  beside_others,  // of its connection
  alone,          // not before those of its connection are answered, nor they before it
  refused,        // as `alone`; and it is to be refused, for lack of places or of memory
};

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

  /// Why `handle` would refuse this request whatever its body is, which is not here yet. Nothing if
  /// the body is to be read; `handle` may still refuse it for its head.
  virtual std::optional<Refusal> refuse_head(const Request& request) const = 0;

  /// Field lines, each with its CRLF, that the answer to the request has whatever it is. Valid as
  /// long as this. A default Request stands for one that could not be read.
  virtual std::string_view fields_for(const Request&) const { return {}; }

  /// Asked for each request when its head is here, so it must be quick. Unsafe requests are `alone`
  /// (RFC 9112 9.3.2). So are those whose answers take much time or memory: pipelining them takes
  /// nothing from other connections.
  virtual Intake intake(Method method, std::string_view /*target*/) const {
    return is_safe(method) ? Intake::beside_others : Intake::alone;
  }
  /// The problem with which a request is answered whose intake is `refused`.
  virtual Problem overload(Method, std::string_view /*target*/) const {
    return {ProblemType::overloaded, {}};
  }
};

/// What the problem documents of a request say of it.
RequestContext context_of(const Request& request, Links links = {});

void send_refusal(const Refusal& refusal, Responder responder);

/// 404 if `allowed` is empty, else 405 with `Allow`: the resource does not have the method.
Refusal method_refusal(std::string_view allowed);

/// 204 with `Allow`, in answer to OPTIONS.
Response options_response(std::string_view allowed);

}  // namespace rollcall::http
