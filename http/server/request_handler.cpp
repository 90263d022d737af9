#include "http/server/request_handler.hpp"

#include <string>
#include <utility>

#include "http/wire/target.hpp"
#include "http/wire/trace.hpp"

namespace rollcall::http {

RequestContext context_of(const Request& request, Links links) {
  RequestContext context{std::string(path_of(request.target)), {}, links};
  if (auto traceparent = request.field("traceparent")) {
    context.trace_id = trace_id_of(*traceparent);
  }
  return context;
}

void send_refusal(const Refusal& refusal, Responder responder) {
  auto response = responder.problem(refusal.problem);
  response.fields.append(refusal.fields);
  response.close = refusal.close;
  responder.send(std::move(response));
}

Refusal method_refusal(std::string_view allowed) {
  if (allowed.empty()) return {{ProblemType::not_found, "there is nothing at this path"}};
  return {{ProblemType::method_not_allowed, "allowed here: " + std::string(allowed)},
          "Allow: " + std::string(allowed) + "\r\n"};
}

Response options_response(std::string_view allowed) {
  Response response{204};
  response.add("Allow", allowed);
  return response;
}

}  // namespace rollcall::http
