#include "http/admin/readiness.hpp"

#include <string>
#include <utility>

#include <nlohmann/json.hpp>

#include "domain/errors.hpp"
#include "http/wire/problem.hpp"

namespace rollcall::http {

namespace {

constexpr std::chrono::seconds probe_timeout{1};
}  // namespace

Response ready_response(const std::vector<PartState>& parts, const std::vector<LoopStats>& loops,
                        Responder& responder) {
  using Json = nlohmann::ordered_json;
  Json body{{"ready", true}, {"parts", Json::array()}, {"loops", Json::array()}};
  std::string why;
  for (const auto& [name, needed, state] : parts) {
    Json part{{"name", name}, {"ready", state.has_value()}};
    if (!state) part["detail"] = state.error().detail;
    body["parts"].push_back(std::move(part));
    if (!state && needed) {
      why.append(why.empty() ? "" : "; ").append(name).append(": ").append(state.error().detail);
    }
  }
  for (const auto& loop : loops) {
    body["loops"].push_back({{"connections", loop.connections},
                             {"in_flight", loop.in_flight},
                             {"buffered_bytes", loop.buffered},
                             {"answered", loop.answered},
                             {"subscribers", loop.subscribers},
                             {"events_sent", loop.events},
                             {"subscribers_too_slow", loop.too_slow}});
  }
  body["ready"] = why.empty();
  auto text = body.dump(-1, ' ', false, Json::error_handler_t::replace);
  if (!why.empty()) {
    return responder.problem({ProblemType::storage_unavailable, why}, text);
  }
  Response response{200, json_type, std::move(text)};
  response.add("Cache-Control", "no-store");
  return response;
}

Readiness::Readiness(Self& self, std::vector<actors::ProbedPart> probed,
                     std::vector<GatewayHandle> gateways)
    : self_(self), probed_(std::move(probed)), gateways_(std::move(gateways)) {}

Readiness::Handle::behavior_type Readiness::behavior() {
  return {
      [this](const CheckReady& message) { check(message.responder); },
      [this](const Drain&) {
        draining_ = true;
        return Drained{};
      },
  };
}

void Readiness::check(std::shared_ptr<Responder> responder) {
  if (draining_) {
    responder->send(responder->problem({ProblemType::shutting_down, "the daemon is stopping"},
                                       R"({"ready":false})"));
    return;
  }
  waiting_.push_back(std::move(responder));
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

// A loop that is stuck, or has no gateway at the moment, can't serve either.
void Readiness::count(std::size_t loop) {
  const auto part = probed_.size() + loop;
  self_.ask(
      gateways_[loop], GetLoopStats{},
      [this, round = round_, part, loop](const LoopStats& state) {
        if (round == round_) loops_[loop] = state;
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
        note(round, part, tl::unexpected(storage_unavailable()));
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
  for (auto& responder : waiting) responder->send(ready_response(states, loops_, *responder));
}

}  // namespace rollcall::http
