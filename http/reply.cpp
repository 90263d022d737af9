#include "http/reply.hpp"

#include <exception>
#include <utility>

#include <spdlog/spdlog.h>

#include "http/problem.hpp"
#include "http/trace.hpp"

namespace rollcall::http {

Reply::~Reply() {
  if (!sink_) return;
  try {
    if (if_dropped_ == ErrorCode::internal) {
      spdlog::error("a request for {} was dropped unanswered, trace {}", path(), trace_id());
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

void Reply::fail(const Error& error) && { std::move(*this).send(problem(error)); }

Response Reply::problem(const Error& error) {
  auto kind = describe(error.code);
  if (kind.status >= 500) {
    // Under overload or without a database there may be thousands a second.
    bool rare = error.code == ErrorCode::outcome_unknown;
    spdlog::log(rare ? spdlog::level::warn : spdlog::level::debug, "{} for {}: {} trace {}",
                kind.slug, path(), error.detail, trace_id());
  }
  return problem_response(error, path(), trace_id());
}

const std::string& Reply::trace_id() {
  auto& trace_id = sink_->origin.trace_id;
  if (trace_id.empty()) trace_id = random_trace_id();
  return trace_id;
}

}  // namespace rollcall::http
