// The messages of a gateway, and its typed handle.
#pragma once

#include <memory>

#include <caf/allowed_unsafe_message_type.hpp>
#include <caf/replies_to.hpp>
#include <caf/typed_actor.hpp>

#include "actors/directory/handles.hpp"
#include "http/server/loop_state.hpp"

namespace rollcall::http {

class PendingRequest;

/// A client's request. The gateway answers it through its Responder: the message has no reply.
struct Serve {
  std::shared_ptr<PendingRequest> request;
};

/// Admit no new requests.
struct Drain {};
/// All requests that were admitted are answered, and the responses are written to their sockets.
struct Drained {};

/// Asks for the counters of the gateway's loop.
struct GetLoopStats {};

/// The requests of one loop, between its listener and the actors.
using GatewayHandle = caf::typed_actor<
    // Asks the actors and answers the client, exactly once, in time.
    caf::reacts_to<Serve>,
    // Sends the changes to the subscribers of its loop.
    caf::replies_to<actors::ChangesRead>::with<actors::ChangesTaken>,
    // From now on new requests get 503 `shutting-down`; streams end; replies when nothing is in
    // flight.
    caf::replies_to<Drain>::with<Drained>,
    // Returns the counters of its loop.
    caf::replies_to<GetLoopStats>::with<LoopStats>>;

}  // namespace rollcall::http

CAF_ALLOW_UNSAFE_MESSAGE_TYPE(rollcall::http::Serve)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(rollcall::http::Drain)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(rollcall::http::Drained)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(rollcall::http::GetLoopStats)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(rollcall::http::LoopStats)
