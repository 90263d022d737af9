// What the actors of the HTTP side are told: typed handles, a sentence for every message.
#pragma once

#include <memory>

#include <caf/allowed_unsafe_message_type.hpp>
#include <caf/replies_to.hpp>
#include <caf/typed_actor.hpp>

#include "http/server/traffic.hpp"

namespace rollcall::http {

class Exchange;
class Reply;

/// A request for the actors. It answers itself: the message has no reply.
struct Serve {
  std::shared_ptr<Exchange> exchange;
};

/// Admit no new requests.
struct Drain {};
/// Every request that was admitted is answered, and the answers are written to their sockets.
struct Drained {};

/// What has your loop counted? The reply is a Traffic.
struct CountTraffic {};

/// Listen no more; connections go on.
struct StopAccepting {};
struct AcceptingStopped {};

/// Is the daemon ready? The reply is the client's.
struct CheckReady {
  std::shared_ptr<Reply> reply;
};

/// The requests of one loop, between its listener and its directory and the registrar.
using GatewayHandle = caf::typed_actor<
    // Asks the actors and answers the client, exactly once, in time.
    caf::reacts_to<Serve>,
    // From now on new requests get 503 `shutting-down`; answers when nothing is in flight.
    caf::replies_to<Drain>::with<Drained>,
    // Tells the counts of its loop.
    caf::replies_to<CountTraffic>::with<Traffic>>;

/// The socket of one loop.
using ListenerHandle = caf::typed_actor<
    // Closes the listening socket; answers when it is closed.
    caf::replies_to<StopAccepting>::with<AcceptingStopped>>;

/// Asks the stores and the loops whether they can serve.
using ReadinessHandle = caf::typed_actor<
    // Answers the client 200 with the state of each part, or 503 with the same and why.
    caf::reacts_to<CheckReady>,
    // From now on the answer is 503 `shutting-down`; answers at once.
    caf::replies_to<Drain>::with<Drained>>;

}  // namespace rollcall::http

CAF_ALLOW_UNSAFE_MESSAGE_TYPE(rollcall::http::Serve)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(rollcall::http::Drain)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(rollcall::http::Drained)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(rollcall::http::CountTraffic)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(rollcall::http::Traffic)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(rollcall::http::StopAccepting)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(rollcall::http::AcceptingStopped)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(rollcall::http::CheckReady)
