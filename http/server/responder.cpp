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

Responder::~Responder() {
  if (!open()) return;
  try {
    const auto type = pending_->if_dropped;
    const bool bug = type == ProblemType::internal;
    fail({type, bug ? "the request was dropped unanswered" : std::string(describe(type).when)});
  } catch (const std::exception& thrown) {
    spdlog::error("a request could not be answered: {}", thrown.what());
  }
}

void Responder::send(Response&& response) {
  if (const auto pending = std::move(pending_)) pending->deliver(std::move(response));
}

void Responder::fail(const Problem& problem) {
  if (open()) send(this->problem(problem));
}

Response Responder::problem(const Problem& problem, std::string_view members) {
  auto kind = describe(problem.type);
  const auto line = [&] {
    return std::string(kind.slug) + " for " + path() + ": " + problem.detail + " trace " +
           trace_id();
  };
  if (problem.type == ProblemType::internal) {
    write_line(pending_->log, spdlog::level::err, kind.slug, line());
  } else if (problem.type == ProblemType::outcome_unknown) {
    write_line(pending_->log, spdlog::level::warn, kind.slug, line());
  } else if (kind.status >= 500 && spdlog::should_log(spdlog::level::debug)) {
    // Under overload or without a database there may be thousands a second.
    spdlog::debug(line());
  }
  return problem_response(problem, path(), trace_id(), pending_->context.links, members);
}

const std::string& Responder::trace_id() {
  auto& trace_id = pending_->context.trace_id;
  if (trace_id.empty()) trace_id = random_trace_id();
  return trace_id;
}

}  // namespace rollcall::http
