// The admin side: /live and /ready, on a listener and a loop of their own.
#pragma once

#include <cstddef>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "actors/directory/handles.hpp"
#include "actors/runtime/loop_actor.hpp"
#include "http/server/desk.hpp"
#include "http/server/gateway_handle.hpp"
#include "http/server/traffic.hpp"
#include "http/wire/request_checks.hpp"

namespace rollcall::http {

/// The admin listener's requests. /live is answered here, whatever the rest of the daemon does.
/// Queries are ignored, as probes like to append some.
class AdminDesk final : public Desk {
 public:
  /// Brings a /ready to the role below.
  using Submit = std::function<void(std::shared_ptr<Reply>)>;

  AdminDesk(RequestLimits limits, Submit submit);

  void receive(const Request& request, Reply reply) override;

 private:
  RequestLimits limits_;
  Submit submit_;
};

/// Whoever can be asked whether it serves.
using ProbedHandle = caf::typed_actor<caf::replies_to<actors::Probe>::with<actors::ProbeReply>>;

/// A part of the daemon that /ready asks and shows.
struct ReadyPart {
  std::string name;
  ProbedHandle handle;
  bool needed = true;  // without it the daemon is not ready
};

// The role that answers /ready.
//
// Purpose  asks the stores and every loop's gateway whether they can serve; one round at a time.
// Owns     the replies that wait for the round, and its timer.
// Receives CheckReady, Drain.
// Ends     by a bug only.
// Restart  by the supervisor that the admin listener has.
// Lost     the waiting replies: answered 503 storage-unavailable.
class Readiness {
 public:
  using Handle = ReadinessHandle;
  using Self = actors::LoopActor<Readiness>;

  Readiness(Self& self, std::vector<ReadyPart> probed, std::vector<GatewayHandle> gateways);

  Handle::behavior_type behavior();

 private:
  struct Part {
    std::string name;
    bool needed;
    std::optional<actors::ProbeReply> state{};
  };

  void check(std::shared_ptr<Reply> reply);
  void probe(std::size_t part, actors::Deadline deadline);
  void count(std::size_t loop);
  void note(std::size_t round, std::size_t part, actors::ProbeReply state);
  void finish();

  Self& self_;
  std::vector<ReadyPart> probed_;
  std::vector<GatewayHandle> gateways_;
  std::vector<std::shared_ptr<Reply>> waiting_;  // empty: no round is under way
  std::vector<Part> parts_;
  std::vector<Traffic> loops_;
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

/// The answer to /ready: the state of each part, the counts of each loop, and 503 where a part that
/// is needed is not ready.
Response ready_response(const std::vector<PartState>& parts, const std::vector<Traffic>& loops,
                        Reply& reply);

}  // namespace rollcall::http
