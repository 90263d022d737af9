#include "http/server/responder.hpp"

#include <exception>
#include <utility>

#include <spdlog/spdlog.h>

#include "actors/runtime/limited_log.hpp"
#include "http/wire/problem.hpp"
#include "http/wire/trace.hpp"

namespace rollcall::http {

namespace {

void write_line(actors::LimitedLog* log, spdlog::level::level_enum level, std::string_view cause,
                std::string line) {
  if (log != nullptr) return log->say(level, std::string(cause), std::move(line));
  spdlog::log(level, "{}", line);
}

}  // namespace

Responder::Responder(RequestContext context, Deliver deliver, actors::LimitedLog* log)
    : context_(std::move(context)), deliver_(std::move(deliver)), log_(log) {}

Responder::Responder(Responder&& other) noexcept
    : context_(std::move(other.context_)),
      deliver_(std::exchange(other.deliver_, nullptr)),
      log_(std::exchange(other.log_, nullptr)),
      if_dropped_(other.if_dropped_) {}

Responder::~Responder() {
  if (!open()) return;
  try {
    const bool bug = if_dropped_ == ProblemType::internal;
    fail({if_dropped_,
          bug ? "the request was dropped unanswered" : std::string(describe(if_dropped_).when)});
  } catch (const std::exception& thrown) {
    spdlog::error("a request could not be answered: {}", thrown.what());
  }
}

void Responder::send(Response&& response) {
  log_ = nullptr;  // `deliver` may destroy it
  if (const auto deliver = std::exchange(deliver_, nullptr)) deliver(std::move(response));
}

void Responder::fail(const Problem& problem) {
  if (open()) send(this->problem(problem));
}

Response Responder::problem(const Problem& problem) {
  auto kind = describe(problem.type);
  const auto line = [&] {
    return std::string(kind.slug) + " for " + path() + ": " + problem.detail + " trace " +
           trace_id();
  };
  if (problem.type == ProblemType::internal) {
    write_line(log_, spdlog::level::err, kind.slug, line());
  } else if (problem.type == ProblemType::outcome_unknown) {
    write_line(log_, spdlog::level::warn, kind.slug, line());
  } else if (kind.status >= 500 && spdlog::should_log(spdlog::level::debug)) {
    // Under overload or without a database there may be thousands a second.
    spdlog::debug(line());
  }
  return problem_response(problem, path(), trace_id());
}

const std::string& Responder::trace_id() {
  if (context_.trace_id.empty()) context_.trace_id = random_trace_id();
  return context_.trace_id;
}

}  // namespace rollcall::http
