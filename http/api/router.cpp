#include "http/api/router.hpp"

#include <utility>

#include "http/api/arguments.hpp"
#include "http/api/endpoints.hpp"
#include "http/wire/request_timeout.hpp"

namespace rollcall::http {

Router::Router(RouterOptions options, std::shared_ptr<LoopState> state, const actors::Clock& clock,
               Submit submit)
    : options_(std::move(options)),
      state_(std::move(state)),
      clock_(clock),
      wall_now_([&clock] { return clock.wall_now(); }),
      routes_(every_route()),
      submit_(std::move(submit)) {}

void Router::handle(const Request& request, Responder responder) {
  const auto target = parse_target(request.target);
  const auto [route, segment] = routes_.match(target.path);
  if (const auto refusal = refuse(request, route)) {
    return send_refusal(*refusal, std::move(responder));
  }
  const auto* endpoint = route->of(request.method);
  if (endpoint == nullptr) {  // OPTIONS
    const auto preflight = options_.cors.preflight_fields(request, route->allow);
    return responder.send({204, {}, {}, route->options_fields + preflight});
  }
  auto arguments = parse_arguments(request, *endpoint, segment, target.query, wall_now_);
  if (!arguments) return send_refusal(arguments.error(), std::move(responder));
  arguments->links = state_->links();
  auto outcome = endpoint->handle(request, std::move(*arguments));
  if (!outcome) return responder.fail(outcome.error());
  if (auto* response = std::get_if<Response>(&*outcome)) {
    return responder.send(std::move(*response));
  }
  submit(request, std::get<Operation>(std::move(*outcome)), std::move(responder));
}

std::optional<Refusal> Router::refuse_head(const Request& request) const {
  const auto target = parse_target(request.target);
  const auto [route, segment] = routes_.match(target.path);
  if (auto refusal = refuse(request, route)) return refusal;
  const auto* endpoint = route->of(request.method);
  if (endpoint == nullptr) return std::nullopt;
  auto arguments = parse_arguments(request, *endpoint, segment, target.query, wall_now_);
  if (!arguments) return std::move(arguments.error());
  if (endpoint->kind && !admits(*endpoint->kind)) return Refusal{overload(*endpoint->kind)};
  return std::nullopt;
}

std::optional<RequestKind> Router::kind_of(Method method, std::string_view target) const {
  const auto* route = routes_.match(path_of(target)).route;
  const auto* endpoint = route != nullptr ? route->of(method) : nullptr;
  return endpoint != nullptr ? endpoint->kind : std::nullopt;
}

Intake Router::intake(Method method, std::string_view target) const {
  const auto kind = kind_of(method, target);
  const bool refused = state_->buffers_full() || (kind && !admits(*kind));
  if (refused && !state_->draining) return Intake::refused;
  return is_safe(method) && kind != RequestKind::page ? Intake::beside_others : Intake::alone;
}

Problem Router::overload(Method method, std::string_view target) const {
  return overload(kind_of(method, target));
}

Problem Router::overload(std::optional<RequestKind> kind) const {
  Problem problem{ProblemType::overloaded, {}};
  if (kind) problem.retry_after = state_->queue(*kind).retry_after();
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

std::optional<Refusal> Router::refuse(const Request& request, const Route* route) const {
  if (auto problem = refuse_origin(request, options_.hosts, options_.cors)) {
    return Refusal{std::move(*problem)};
  }
  if (state_->draining) {
    return Refusal{{ProblemType::shutting_down, "the daemon is stopping"}, {}, true};
  }
  if (state_->buffers_full()) return Refusal{overload(request.method, request.target)};
  if (route == nullptr) return method_refusal("");
  if (request.method == Method::options || route->of(request.method) != nullptr) {
    return std::nullopt;
  }
  return method_refusal(route->allow);
}

void Router::submit(const Request& request, Operation operation, Responder responder) {
  auto timeout = parse_request_timeout(request, options_.request_timeout);
  if (!timeout) return responder.fail(timeout.error());
  const auto kind = http::kind_of(operation);
  if (!admits(kind)) return responder.fail(overload(kind));
  const auto now = clock_.now();
  auto pending = std::make_shared<PendingRequest>(std::move(responder), std::move(operation), now,
                                                  now + *timeout, state_);
  if (pending->is_write()) pending->prefer(preferred_return(request));
  submit_(std::move(pending));
}

}  // namespace rollcall::http
