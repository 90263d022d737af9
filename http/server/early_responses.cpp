#include "http/server/early_responses.hpp"

#include <utility>
#include <vector>

#include "http/server/responder.hpp"
#include "http/wire/response.hpp"
#include "http/wire/syntax/parsed_head.hpp"
#include "http/wire/trace.hpp"

namespace rollcall::http {

std::string EarlyResponses::refuse(const Problem& problem, std::string path, bool to_head) {
  return render_last(problem_response(problem, path, random_trace_id(), state_->links()), to_head);
}

std::optional<std::string> EarlyResponses::refuse_head(std::string_view text,
                                                       const RequestHead& head) {
  std::vector<Field> fields;
  const auto request = request_of(text, head, fields);
  const auto refusal = handler_->refuse_head(request);
  if (!refusal) return std::nullopt;
  std::optional<std::string> rendered;
  Responder responder(context_of(request, state_->links()), [&](Response&& response) {
    rendered = render_last(std::move(response), request.method == Method::head);
  });
  send_refusal(*refusal, std::move(responder));
  return rendered;
}

std::optional<std::string_view> EarlyResponses::shed(const RequestHead& head,
                                                     std::string_view target) {
  if (head.has_body() || head.closes || head.http_1_0) return std::nullopt;
  const auto problem = handler_->overload(head.method, target);
  Framing framing;
  framing.date = date_.at(loop_.clock().wall_now());
  framing.persists = keep_alive_;
  if (shed_.date != framing.date || shed_.retry_after != problem.retry_after) {
    const auto response = problem_response(problem, {}, {}, state_->links());
    auto text = render_head(response, framing, response.content().size());
    const auto size = text.size();
    shed_ = {std::string(framing.date), problem.retry_after, text.append(response.content()), size};
  }
  ++state_->stats.answered;
  const std::string_view whole(shed_.text);
  return head.method == Method::head ? whole.substr(0, shed_.head_size) : whole;
}

std::string EarlyResponses::render_last(Response&& response, bool to_head) {
  ++state_->stats.answered;
  response.close = true;
  Framing framing;
  framing.head = to_head;
  framing.date = date_.at(loop_.clock().wall_now());
  auto text = render_head(response, framing, response.content().size());
  if (sends_body(response, framing)) text.append(response.content());
  return text;
}

}  // namespace rollcall::http
