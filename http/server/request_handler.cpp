#include "http/server/request_handler.hpp"

#include <string>
#include <utility>

#include "http/wire/target.hpp"
#include "http/wire/trace.hpp"

namespace rollcall::http {

RequestContext context_of(const Request& request) {
  auto text = origin_form(request.target);
  RequestContext context{std::string(text.substr(0, text.find('?')))};
  if (auto traceparent = request.field("traceparent")) {
    context.trace_id = trace_id_of(*traceparent);
  }
  return context;
}

void refuse_and_close(const Problem& problem, Responder responder) {
  auto response = responder.problem(problem);
  response.close = true;
  responder.send(std::move(response));
}

void refuse_method(std::string_view allowed, Responder responder) {
  if (allowed.empty()) {
    responder.fail({ProblemType::not_found, "there is nothing at this path"});
    return;
  }
  auto response =
      responder.problem({ProblemType::method_not_allowed, "allowed here: " + std::string(allowed)});
  response.add("Allow", allowed);
  responder.send(std::move(response));
}

Response options_response(std::string_view allowed) {
  Response response{204};
  response.add("Allow", allowed);
  return response;
}

}  // namespace rollcall::http
