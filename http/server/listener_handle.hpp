// The messages that a listener receives.
#pragma once

#include <caf/allowed_unsafe_message_type.hpp>
#include <caf/replies_to.hpp>
#include <caf/typed_actor.hpp>

namespace rollcall::http {

/// Closes the listening socket; open connections stay open.
struct StopAccepting {};
struct AcceptingStopped {};

/// The listening socket of one loop.
using ListenerHandle = caf::typed_actor<
    // Closes the socket; answers when it is closed.
    caf::replies_to<StopAccepting>::with<AcceptingStopped>>;

}  // namespace rollcall::http

CAF_ALLOW_UNSAFE_MESSAGE_TYPE(rollcall::http::StopAccepting)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(rollcall::http::AcceptingStopped)
