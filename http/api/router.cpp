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

// Of a page, in lookups; 0 for all else. A user in a page takes a sixteenth of the time of one that
// is looked up alone.
std::size_t cost_of(const Operation& operation) {
  constexpr std::size_t users_for_a_lookup = 16;
  const auto* const page = std::get_if<PageQuery>(&operation);
  return page == nullptr ? 0 : 1 + static_cast<std::size_t>(page->limit) / users_for_a_lookup;
}

}  // namespace

Router::Router(RouterOptions options, std::shared_ptr<LoopState> state, const actors::Clock& clock,
               Submit submit)
    : options_(std::move(options)),
      state_(std::move(state)),
      clock_(clock),
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
  return users ? refuse_head_of_users(request, target) : std::nullopt;
}

// Quick, since each request is asked for.
bool Router::is_costly(std::string_view target) const {
  constexpr std::string_view list = "/users";
  if (!target.starts_with('/')) return parse_target(target).resource == Resource::users;
  return target.starts_with(list) && (target.size() == list.size() || target[list.size()] == '?');
}

std::optional<Refusal> Router::refuse(const Request& request, const Target& target) const {
  if (auto problem = refuse_origin(request, options_.hosts)) return Refusal{std::move(*problem)};
  if (state_->draining) {
    return Refusal{{ProblemType::shutting_down, "the daemon is stopping"}, {}, true};
  }
  if (state_->buffers_full()) {
    return Refusal{{ProblemType::overloaded, "too much is buffered for clients that do not read"}};
  }
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
  auto operation = parse_operation(request, target);
  if (!operation) {
    send_refusal(operation.error(), std::move(responder));
    return;
  }
  auto timeout = parse_request_timeout(request, options_.request_timeout);
  if (!timeout) {
    responder.fail(timeout.error());
    return;
  }
  const auto cost = cost_of(*operation);
  const bool full = state_->stats.in_flight >= options_.max_in_flight;
  // One page is always admitted, however large.
  const bool many_pages =
      cost > 0 && state_->pages_cost > 0 && state_->pages_cost + cost > options_.max_in_flight / 2;
  if (full || many_pages) {
    responder.fail({ProblemType::overloaded,
                    full ? "too many requests are under way" : "too many pages are under way"});
    return;
  }
  submit_(std::make_shared<PendingRequest>(std::move(responder), std::move(*operation),
                                           clock_.now() + *timeout, state_, cost));
}

}  // namespace rollcall::http
