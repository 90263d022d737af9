#include "http/server/early_responses.hpp"

#include <utility>
#include <vector>

#include "http/server/responder.hpp"
#include "http/wire/response.hpp"
#include "http/wire/syntax/parsed_head.hpp"
#include "http/wire/trace.hpp"

namespace rollcall::http {

std::string EarlyResponses::refuse(const Problem& problem, std::string path, bool to_head,
                                   std::string_view text) {
  return render_last(problem_response(problem, path, random_trace_id(), state_->links()), to_head,
                     fields_for(text));
}

std::optional<std::string> EarlyResponses::refuse_head(std::string_view text,
                                                       const RequestHead& head) {
  std::vector<Field> fields;
  const auto request = request_of(text, head, fields);
  const auto refusal = handler_->refuse_head(request);
  if (!refusal) return std::nullopt;
  std::optional<std::string> rendered;
  Responder responder(context_of(request, state_->links()), [&](Response&& response) {
    rendered = render_last(std::move(response), request.method == Method::head,
                           handler_->fields_for(request));
  });
  send_refusal(*refusal, std::move(responder));
  return rendered;
}

std::optional<std::string_view> EarlyResponses::shed(std::string_view text,
                                                     const RequestHead& head) {
  if (head.has_body() || head.closes || head.http_1_0) return std::nullopt;
  const auto problem = handler_->overload(head.method, head.target.of(text));
  Framing framing;
  framing.date = date_.at(loop_.clock().wall_now());
  framing.persists = keep_alive_;
  framing.fields = fields_for(text);
  if (shed_.date != framing.date || shed_.retry_after != problem.retry_after ||
      shed_.fields != framing.fields) {
    const auto response = problem_response(problem, {}, {}, state_->links());
    auto rendered = render_head(response, framing, response.content().size());
    const auto size = rendered.size();
    shed_ = {std::string(framing.date), problem.retry_after, std::string(framing.fields),
             rendered.append(response.content()), size};
  }
  ++state_->stats.answered;
  const std::string_view whole(shed_.text);
  return head.method == Method::head ? whole.substr(0, shed_.head_size) : whole;
}

// The head may be incomplete or malformed.
std::string_view EarlyResponses::fields_for(std::string_view text) const {
  const auto of_none = handler_->fields_for(Request());
  if (of_none.empty() || text.empty()) return of_none;  // no fields: they depend on no request
  constexpr std::string_view end = "\r\n\r\n";
  const auto found = text.find(end);
  RequestHead head;
  head.size = found == std::string_view::npos ? text.size() : found + end.size();
  std::vector<Field> fields;
  return handler_->fields_for(request_of(text, head, fields));
}

std::string EarlyResponses::render_last(Response&& response, bool to_head,
                                        std::string_view fields) {
  ++state_->stats.answered;
  response.close = true;
  Framing framing;
  framing.head = to_head;
  framing.fields = fields;
  framing.date = date_.at(loop_.clock().wall_now());
  auto text = render_head(response, framing, response.content().size());
  if (sends_body(response, framing)) text.append(response.content());
  return text;
}

}  // namespace rollcall::http
