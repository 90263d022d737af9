#include "http/admin/admin.hpp"

#include <string>
#include <utility>

#include "actors/directory/failures.hpp"
#include "http/wire/json_text.hpp"
#include "http/wire/problem.hpp"
#include "http/wire/target.hpp"
#include "http/wire/text.hpp"

namespace rollcall::http {

namespace {

constexpr std::chrono::seconds probe_timeout{1};
constexpr std::string_view methods = "GET, HEAD, OPTIONS";

bool reads(Method method) { return method == Method::get || method == Method::head; }

Response live_response() {
  Response response{200, json_type, R"({"live":true})"};
  response.add("Cache-Control", "no-store");
  return response;
}

}  // namespace

AdminDesk::AdminDesk(RequestLimits limits, Submit submit)
    : limits_(limits), submit_(std::move(submit)) {}

void AdminDesk::receive(const Request& request, Reply reply) {
  if (auto error = refuse_message(request, limits_)) {
    refuse_and_close(*error, std::move(reply));
    return;
  }
  auto path = reply.path();
  bool known = path == "/live" || path == "/ready";
  if (known && request.method == Method::options) {
    std::move(reply).send(options_response(methods));
  } else if (!known || !reads(request.method)) {
    refuse_method(known ? methods : std::string_view(), std::move(reply));
  } else if (path == "/live") {
    std::move(reply).send(live_response());
  } else {
    reply.if_dropped(ProblemType::storage_unavailable);
    submit_(std::make_shared<Reply>(std::move(reply)));
  }
}

Response ready_response(const std::vector<PartState>& parts, const std::vector<Traffic>& loops,
                        Reply& reply) {
  std::string why;
  std::string members;
  for (const auto& [name, needed, state] : parts) {
    if (!members.empty()) members.push_back(',');
    members.append("{\"name\":\"").append(name).append("\",\"ready\":");
    members.append(state ? "true" : "false");
    if (!state) {
      append(members, {",\"detail\":\"", JsonText(state.error().detail).view(), "\""});
      if (needed && !why.empty()) why.append("; ");
      if (needed) why.append(name).append(": ").append(state.error().detail);
    }
    members.push_back('}');
  }
  std::string counts;
  for (const auto& loop : loops) {
    if (!counts.empty()) counts.push_back(',');
    counts.append("{\"connections\":").append(std::to_string(loop.connections));
    counts.append(",\"in_flight\":").append(std::to_string(loop.in_flight));
    counts.append(",\"answered\":").append(std::to_string(loop.answered)).push_back('}');
  }
  members = "\"ready\":" + std::string(why.empty() ? "true" : "false") + ",\"parts\":[" + members +
            "],\"loops\":[" + counts + "]";
  if (!why.empty()) {
    return problem_response({ProblemType::storage_unavailable, why}, reply.path(), reply.trace_id(),
                            "," + members);
  }
  Response response{200, json_type, "{" + members + "}"};
  response.add("Cache-Control", "no-store");
  return response;
}

Readiness::Readiness(Self& self, std::vector<ReadyPart> probed, std::vector<GatewayHandle> gateways)
    : self_(self), probed_(std::move(probed)), gateways_(std::move(gateways)) {}

Readiness::Handle::behavior_type Readiness::behavior() {
  return {
      [this](const CheckReady& message) { check(message.reply); },
      [this](const Drain&) {
        draining_ = true;
        return Drained{};
      },
  };
}

void Readiness::check(std::shared_ptr<Reply> reply) {
  if (draining_) {
    auto response = problem_response({ProblemType::shutting_down, "the daemon is stopping"},
                                     reply->path(), reply->trace_id(), ",\"ready\":false");
    std::move(*reply).send(std::move(response));
    return;
  }
  waiting_.push_back(std::move(reply));
  if (waiting_.size() > 1) return;
  ++round_;
  parts_.clear();
  for (const auto& part : probed_) parts_.push_back({part.name, part.needed});
  for (std::size_t i = 0; i < gateways_.size(); ++i) {
    parts_.push_back({"loop-" + std::to_string(i), true});
  }
  loops_.assign(gateways_.size(), {});
  auto deadline = self_.now() + probe_timeout;
  timeout_ = self_.after(probe_timeout, [this] { finish(); });
  for (std::size_t i = 0; i < probed_.size(); ++i) probe(i, deadline);
  for (std::size_t i = 0; i < gateways_.size(); ++i) count(i);
}

// A loop that is stuck, or whose gateway is gone, can't serve either.
void Readiness::count(std::size_t loop) {
  const auto part = probed_.size() + loop;
  self_.ask(
      gateways_[loop], CountTraffic{},
      [this, round = round_, part, loop](const Traffic& traffic) {
        if (round == round_) loops_[loop] = traffic;
        note(round, part, actors::Serving{});
      },
      [this, round = round_, part](const caf::error&) {
        note(round, part, tl::unexpected(Error{ErrorCode::storage_unavailable, "starts again"}));
      });
}

void Readiness::probe(std::size_t part, actors::Deadline deadline) {
  self_.ask(
      probed_[part].handle, actors::Probe{deadline},
      [this, round = round_, part](const actors::ProbeReply& state) { note(round, part, state); },
      [this, round = round_, part](const caf::error&) {
        note(round, part, tl::unexpected(actors::storage_unavailable()));
      });
}

void Readiness::note(std::size_t round, std::size_t part, actors::ProbeReply state) {
  if (round != round_ || waiting_.empty()) return;  // the round is over
  parts_[part].state = std::move(state);
  for (const auto& each : parts_) {
    if (!each.state) return;
  }
  finish();
}

void Readiness::finish() {
  timeout_.reset();
  std::vector<PartState> states;
  for (auto& part : parts_) {
    states.push_back({part.name, part.needed,
                      part.state.value_or(tl::unexpected(
                          Error{ErrorCode::storage_unavailable, "no answer within a second"}))});
  }
  auto waiting = std::exchange(waiting_, {});
  for (auto& reply : waiting) std::move(*reply).send(ready_response(states, loops_, *reply));
}

}  // namespace rollcall::http
