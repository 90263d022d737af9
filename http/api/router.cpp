#include "http/api/router.hpp"

#include <utility>

#include "http/api/pages.hpp"
#include "http/api/user_request.hpp"
#include "http/wire/request_timeout.hpp"

namespace rollcall::http {

namespace {

// The query is ignored: links from elsewhere may append one (of a tracker, for instance).
tl::expected<Response, Problem> page_of(const Request& request, const Target& target) {
  if (target.resource == Resource::root) return root_page(request);
  if (target.resource == Resource::problems) return problems_page();
  return problem_page(target.tail);
}

void refuse_users(const Request& request, const Problem& problem, Responder responder) {
  auto response = responder.problem(problem);
  if (problem.type == ProblemType::unsupported_media_type) {
    response.add("Accept", accepted_types(request.method));  // RFC 9110 15.5.16
    if (request.method == Method::patch) {
      response.add("Accept-Patch", accepted_types(request.method));  // RFC 5789 2.2
    }
  }
  responder.send(std::move(response));
}

}  // namespace

Router::Router(RouterOptions options, std::shared_ptr<LoopState> state, const actors::Clock& clock,
               Submit submit)
    : options_(options), state_(std::move(state)), clock_(clock), submit_(std::move(submit)) {}

void Router::handle(const Request& request, Responder responder) {
  if (auto error = refuse_message(request, options_.limits)) {
    refuse_and_close(*error, std::move(responder));
    return;
  }
  if (state_->draining) {
    refuse_and_close({ProblemType::shutting_down, "the daemon is stopping"}, std::move(responder));
    return;
  }
  auto target = parse_target(request.target);
  if (!allows(target.resource, request.method)) {
    refuse_method(allowed_methods(target.resource), std::move(responder));
  } else if (request.method == Method::options) {
    responder.send(options_response(allowed_methods(target.resource)));
  } else if (target.resource == Resource::user || target.resource == Resource::users) {
    serve_users(request, target, std::move(responder));
  } else {
    serve_page(request, target, std::move(responder));
  }
}

void Router::serve_page(const Request& request, const Target& target, Responder responder) {
  auto page = page_of(request, target);
  if (page) {
    responder.send(std::move(*page));
  } else {
    responder.fail(page.error());
  }
}

void Router::serve_users(const Request& request, const Target& target, Responder responder) {
  auto operation = parse_operation(request, target);
  if (!operation) {
    refuse_users(request, operation.error(), std::move(responder));
    return;
  }
  auto timeout = parse_request_timeout(request, options_.request_timeout);
  if (!timeout) {
    responder.fail(timeout.error());
    return;
  }
  if (state_->stats.in_flight >= options_.max_in_flight) {
    responder.fail({ProblemType::overloaded, "too many requests are under way"});
    return;
  }
  submit_(std::make_shared<PendingRequest>(std::move(responder), std::move(*operation),
                                           clock_.now() + *timeout, state_));
}

}  // namespace rollcall::http
