// Answers /ready: whether the daemon can serve.
#pragma once

#include <cstddef>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "actors/directory/handles.hpp"
#include "actors/runtime/loop_actor.hpp"
#include "http/admin/readiness_handle.hpp"
#include "http/server/loop_state.hpp"
#include "http/server/responder.hpp"

namespace rollcall::http {

// The role that answers /ready.
//
// Purpose  asks the stores, what belongs to them, and every loop's gateway whether they can serve;
//          one round at a time.
// Owns     the clients that wait for the round, and its timer.
// Receives CheckReady, Drain.
// Ends     by a bug, or with its supervisor.
// Restart  by the supervisor `admin`.
// Lost     the waiting clients: answered 503 storage-unavailable.
class Readiness {
 public:
  using Handle = ReadinessHandle;
  using Self = actors::LoopActor<Readiness>;

  Readiness(Self& self, std::vector<actors::ProbedPart> probed,
            std::vector<GatewayHandle> gateways);

  Handle::behavior_type behavior();

 private:
  struct Part {
    std::string name;
    bool needed;
    std::optional<actors::ProbeReply> state{};
  };

  void check(std::shared_ptr<Responder> responder);
  void probe(std::size_t part, actors::Deadline deadline);
  void count(std::size_t loop);
  void note(std::size_t round, std::size_t part, actors::ProbeReply state);
  void finish();

  Self& self_;
  std::vector<actors::ProbedPart> probed_;
  std::vector<GatewayHandle> gateways_;
  std::vector<std::shared_ptr<Responder>> waiting_;  // empty: no round is under way
  std::vector<Part> parts_;
  std::vector<LoopStats> loops_;
  std::size_t round_ = 0;
  actors::Timer timeout_;
  bool draining_ = false;
};

/// A part of the daemon, and whether it can serve.
struct PartState {
  std::string name;
  bool needed;
  actors::ProbeReply state;
};

/// The response to /ready: the state of each part and the counts of each loop; 503 if a part that
/// is needed is not ready, else 200.
Response ready_response(const std::vector<PartState>& parts, const std::vector<LoopStats>& loops,
                        Responder& responder);

}  // namespace rollcall::http
