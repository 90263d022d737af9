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

Responder::Responder(Origin origin, Deliver deliver, actors::LimitedLog* log)
    : origin_(std::move(origin)), deliver_(std::move(deliver)), log_(log) {}

Responder::Responder(Responder&& other) noexcept
    : origin_(std::move(other.origin_)),
      deliver_(std::exchange(other.deliver_, nullptr)),
      log_(std::exchange(other.log_, nullptr)),
      if_dropped_(other.if_dropped_) {}

Responder::~Responder() {
  if (!open()) return;
  try {
    if (if_dropped_ == ProblemType::internal) {
      write_line(log_, spdlog::level::err, "dropped",
                 "a request for " + path() + " was dropped unanswered, trace " + trace_id());
    }
    fail({if_dropped_, std::string(describe(if_dropped_).when)});
  } catch (const std::exception& thrown) {
    spdlog::error("a request could not be answered: {}", thrown.what());
  }
}

void Responder::send(Response&& response) {
  log_ = nullptr;  // it may end with what delivers
  if (const auto deliver = std::exchange(deliver_, nullptr)) deliver(std::move(response));
}

void Responder::fail(const Problem& problem) {
  if (open()) send(this->problem(problem));
}

Response Responder::problem(const Problem& problem) {
  auto kind = describe(problem.type);
  if (problem.type == ProblemType::outcome_unknown) {
    write_line(
        log_, spdlog::level::warn, kind.slug,
        std::string(kind.slug) + " for " + path() + ": " + problem.detail + " trace " + trace_id());
  } else if (kind.status >= 500) {
    // Under overload or without a database there may be thousands a second.
    spdlog::debug("{} for {}: {} trace {}", kind.slug, path(), problem.detail, trace_id());
  }
  return problem_response(problem, path(), trace_id());
}

const std::string& Responder::trace_id() {
  if (origin_.trace_id.empty()) origin_.trace_id = random_trace_id();
  return origin_.trace_id;
}

}  // namespace rollcall::http
