// The messages of the readiness check.
#pragma once

#include <memory>

#include <caf/allowed_unsafe_message_type.hpp>
#include <caf/replies_to.hpp>
#include <caf/typed_actor.hpp>

#include "http/api/gateway_handle.hpp"

namespace rollcall::http {

class Responder;

/// Is the daemon ready? The client is answered through its Responder: the message has no reply.
struct CheckReady {
  std::shared_ptr<Responder> responder;
};

/// Asks the stores and the loops whether they can serve.
using ReadinessHandle = caf::typed_actor<
    // Answers the client 200 with the state of each part, or 503 with the same and why.
    caf::reacts_to<CheckReady>,
    // From now on clients get 503 `shutting-down`; replies at once.
    caf::replies_to<Drain>::with<Drained>>;

}  // namespace rollcall::http

CAF_ALLOW_UNSAFE_MESSAGE_TYPE(rollcall::http::CheckReady)
