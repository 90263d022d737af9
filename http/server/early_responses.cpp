#include "http/server/early_responses.hpp"

#include <utility>
#include <vector>

#include "http/server/responder.hpp"
#include "http/wire/response.hpp"
#include "http/wire/syntax/parsed_head.hpp"
#include "http/wire/trace.hpp"

namespace rollcall::http {

std::string EarlyResponses::refuse(const Problem& problem, std::string path, bool to_head) {
  return render(problem_response(problem, path, random_trace_id()), to_head);
}

std::optional<std::string> EarlyResponses::refuse_head(std::string_view text,
                                                       const RequestHead& head) {
  std::vector<Field> fields;
  const auto request = request_of(text, head, fields);
  const auto refusal = handler_->refuse_head(request);
  if (!refusal) return std::nullopt;
  std::optional<std::string> rendered;
  Responder responder(context_of(request), [&](Response&& response) {
    rendered = render(std::move(response), request.method == Method::head);
  });
  send_refusal(*refusal, std::move(responder));
  return rendered;
}

std::string EarlyResponses::render(Response&& response, bool to_head) {
  ++state_->stats.answered;
  response.close = true;
  Framing framing;
  framing.head = to_head;
  framing.date = date_.at(loop_.clock().wall_now());
  auto text = render_head(response, framing, response.body.size());
  if (sends_body(response, framing)) text.append(response.body);
  return text;
}

}  // namespace rollcall::http
