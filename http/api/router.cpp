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

Response options_of(Resource resource) {
  auto response = options_response(allowed_methods(resource));
  if (resource == Resource::user) {
    response.add("Accept-Patch", accepted_types(Method::patch));  // RFC 5789 3.1
  }
  return response;
}

// Of a request for users; nothing for others. Quick, since each request is asked for: whether there
// is such a route, id or method is not looked at.
std::optional<RequestKind> kind_of(Method method, std::string_view target) {
  constexpr std::string_view list = "/users";
  if (method == Method::options) return std::nullopt;
  bool page = false;
  if (target.starts_with('/')) {
    if (!target.starts_with(list)) return std::nullopt;
    target.remove_prefix(list.size());
    page = target.empty() || target.front() == '?';
    if (!page && target.front() != '/') return std::nullopt;
  } else {
    const auto resource = parse_target(target).resource;
    page = resource == Resource::users;
    if (!page && resource != Resource::user) return std::nullopt;
  }
  if (!is_safe(method)) return RequestKind::write;
  return page ? RequestKind::page : RequestKind::lookup;
}

}  // namespace

Router::Router(RouterOptions options, std::shared_ptr<LoopState> state, const actors::Clock& clock,
               Submit submit)
    : options_(std::move(options)),
      state_(std::move(state)),
      clock_(clock),
      wall_now_([&clock] { return clock.wall_now(); }),
      submit_(std::move(submit)) {}

void Router::handle(const Request& request, Responder responder) {
  const auto target = parse_target(request.target);
  if (const auto refusal = refuse(request, target)) {
    send_refusal(*refusal, std::move(responder));
  } else if (request.method == Method::options) {
    responder.send(options_of(target.resource));
  } else if (target.resource == Resource::user || target.resource == Resource::users) {
    serve_users(request, target, std::move(responder));
  } else {
    serve_page(request, target, std::move(responder));
  }
}

std::optional<Refusal> Router::refuse_head(const Request& request) const {
  const auto target = parse_target(request.target);
  if (auto refusal = refuse(request, target)) return refusal;
  const bool users = target.resource == Resource::user || target.resource == Resource::users;
  if (!users) return std::nullopt;
  if (auto refusal = refuse_head_of_users(request, target, wall_now_)) return refusal;
  const auto kind = kind_of(request.method, request.target);
  if (kind && !admits(*kind)) return Refusal{overload(request.method, request.target)};
  return std::nullopt;
}

Intake Router::intake(Method method, std::string_view target) const {
  const auto kind = kind_of(method, target);
  const bool refused = state_->buffers_full() || (kind && !admits(*kind));
  if (refused && !state_->draining) return Intake::refused;
  return is_safe(method) && kind != RequestKind::page ? Intake::beside_others : Intake::alone;
}

Problem Router::overload(Method method, std::string_view target) const {
  Problem problem{ProblemType::overloaded, {}};
  if (const auto kind = kind_of(method, target)) {
    problem.retry_after = state_->queue(*kind).retry_after();
  }
  return problem;
}

bool Router::admits(RequestKind kind) const {
  const auto& queue = state_->queue(kind);
  const bool lookup = kind == RequestKind::lookup;
  if (kind == RequestKind::page && state_->buffers_half_full()) return false;
  if (state_->stats.in_flight >= options_.max_in_flight) return false;
  if (lookup) return true;  // one that the cache answers does not wait for the others
  if (queue.size >= (options_.max_in_flight + 1) / 2) return false;
  return queue.wait <= options_.request_timeout / 2 || queue.size < always_admitted;
}

std::optional<Refusal> Router::refuse(const Request& request, const Target& target) const {
  if (auto problem = refuse_origin(request, options_.hosts)) return Refusal{std::move(*problem)};
  if (state_->draining) {
    return Refusal{{ProblemType::shutting_down, "the daemon is stopping"}, {}, true};
  }
  if (state_->buffers_full()) return Refusal{overload(request.method, request.target)};
  if (!allows(target.resource, request.method)) {
    return method_refusal(allowed_methods(target.resource));
  }
  return std::nullopt;
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
  auto operation = parse_operation(request, target, wall_now_);
  if (!operation) {
    send_refusal(operation.error(), std::move(responder));
    return;
  }
  auto timeout = parse_request_timeout(request, options_.request_timeout);
  if (!timeout) {
    responder.fail(timeout.error());
    return;
  }
  if (!admits(kind_of(*operation))) {
    responder.fail(overload(request.method, request.target));
    return;
  }
  const auto now = clock_.now();
  submit_(std::make_shared<PendingRequest>(std::move(responder), std::move(*operation), now,
                                           now + *timeout, state_));
}

}  // namespace rollcall::http
