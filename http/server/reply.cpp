#include "http/server/reply.hpp"

#include <exception>
#include <utility>

#include <spdlog/spdlog.h>

#include "actors/runtime/limited_log.hpp"
#include "http/wire/problem.hpp"
#include "http/wire/trace.hpp"

namespace rollcall::http {

namespace {

void tell(Sink& sink, spdlog::level::level_enum level, std::string_view cause, std::string line) {
  if (auto* const log = sink.log()) return log->say(level, std::string(cause), std::move(line));
  spdlog::log(level, "{}", line);
}

}  // namespace

Reply::~Reply() {
  if (!sink_) return;
  try {
    if (if_dropped_ == ProblemType::internal) {
      tell(*sink_, spdlog::level::err, "dropped",
           "a request for " + path() + " was dropped unanswered, trace " + trace_id());
    }
    std::move(*this).fail({if_dropped_, std::string(describe(if_dropped_).when)});
  } catch (const std::exception& thrown) {
    spdlog::error("a request could not be answered: {}", thrown.what());
  }
}

void Reply::send(Response&& response) && {
  auto sink = std::exchange(sink_, nullptr);
  sink->deliver(std::move(response));
}

void Reply::fail(const Problem& problem) && { std::move(*this).send(this->problem(problem)); }

Response Reply::problem(const Problem& problem) {
  auto kind = describe(problem.type);
  if (kind.status >= 500) {
    // Under overload or without a database there may be thousands a second.
    bool rare = problem.type == ProblemType::outcome_unknown;
    if (rare) {
      tell(*sink_, spdlog::level::warn, kind.slug,
           std::string(kind.slug) + " for " + path() + ": " + problem.detail + " trace " +
               trace_id());
    } else {
      spdlog::debug("{} for {}: {} trace {}", kind.slug, path(), problem.detail, trace_id());
    }
  }
  return problem_response(problem, path(), trace_id());
}

const std::string& Reply::trace_id() {
  auto& trace_id = sink_->origin.trace_id;
  if (trace_id.empty()) trace_id = random_trace_id();
  return trace_id;
}

}  // namespace rollcall::http
