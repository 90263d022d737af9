#include "http/api/front_desk.hpp"

#include <utility>

#include "http/api/pages.hpp"
#include "http/api/user_request.hpp"
#include "http/wire/request_timeout.hpp"

namespace rollcall::http {

namespace {

// Links to pages come with queries of others (trackers, say): these are ignored.
tl::expected<Response, Problem> page_of(const Request& request, const Target& target) {
  if (target.resource == Resource::root) return root_page(request);
  if (target.resource == Resource::problems) return problems_page();
  return problem_page(target.tail);
}

void refuse_users(const Request& request, const Problem& problem, Reply reply) {
  auto response = reply.problem(problem);
  if (problem.type == ProblemType::unsupported_media_type) {
    response.add("Accept", accepted_types(request.method));  // RFC 9110 15.5.16
    if (request.method == Method::patch) {
      response.add("Accept-Patch", accepted_types(request.method));  // RFC 5789 2.2
    }
  }
  std::move(reply).send(std::move(response));
}

}  // namespace

FrontDesk::FrontDesk(FrontDeskOptions options, std::shared_ptr<Traffic> traffic,
                     const actors::Clock& clock, Submit submit)
    : options_(options), traffic_(std::move(traffic)), clock_(clock), submit_(std::move(submit)) {}

void FrontDesk::receive(const Request& request, Reply reply) {
  if (auto error = refuse_message(request, options_.limits)) {
    refuse_and_close(*error, std::move(reply));
    return;
  }
  if (traffic_->draining) {
    refuse_and_close({ProblemType::shutting_down, "the daemon is stopping"}, std::move(reply));
    return;
  }
  auto target = parse_target(request.target);
  if (!allows(target.resource, request.method)) {
    refuse_method(allowed_methods(target.resource), std::move(reply));
  } else if (request.method == Method::options) {
    std::move(reply).send(options_response(allowed_methods(target.resource)));
  } else if (target.resource == Resource::user || target.resource == Resource::users) {
    serve_users(request, target, std::move(reply));
  } else {
    serve_page(request, target, std::move(reply));
  }
}

void FrontDesk::serve_page(const Request& request, const Target& target, Reply reply) {
  auto page = page_of(request, target);
  if (page) {
    std::move(reply).send(std::move(*page));
  } else {
    std::move(reply).fail(page.error());
  }
}

void FrontDesk::serve_users(const Request& request, const Target& target, Reply reply) {
  auto operation = parse_operation(request, target);
  if (!operation) {
    refuse_users(request, operation.error(), std::move(reply));
    return;
  }
  auto timeout = parse_request_timeout(request, options_.request_timeout);
  if (!timeout) {
    std::move(reply).fail(timeout.error());
    return;
  }
  if (traffic_->in_flight >= options_.max_in_flight) {
    std::move(reply).fail({ProblemType::overloaded, "too many requests are under way"});
    return;
  }
  submit_(std::make_shared<Exchange>(std::move(reply), std::move(*operation),
                                     clock_.now() + *timeout, traffic_));
}

}  // namespace rollcall::http
